using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Kernels;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Somebody else's recogniser: its network, and what that expects of pixels.</summary>
public sealed class Recogniser
{
    /// <param name="trunk">The network; stays the caller's to dispose.</param>
    /// <param name="input">What it expects of pixels.</param>
    public Recogniser(OnnxTrunk trunk, RecogniserInput input)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        (Trunk, Input) = (trunk, input);
        using var hash = HashOf(trunk.Path);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(input)));
        Fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The network.</summary>
    public OnnxTrunk Trunk { get; }

    /// <summary>What it expects of pixels.</summary>
    public RecogniserInput Input { get; }

    /// <summary>Tells it from every other: SHA-256 of its file, of those beside it that its weights are in, and of what it expects of pixels.</summary>
    public string Fingerprint { get; }

    /// <summary>The same for who runs the ONNX file: names of its input and output, and the batch that it takes.</summary>
    /// <exception cref="InputException">ONNX Runtime cannot run the file.</exception>
    public ForeignInput Foreign() => RecogniserShape.Of(Trunk.Path, Foreign(Input, Trunk.InputName, Trunk.OutputName)).Input;

    /// <summary>What a recogniser expects of pixels, for who runs its ONNX file.</summary>
    /// <param name="expected">What it expects.</param>
    /// <param name="input">The name of its input; empty for the only one.</param>
    /// <param name="output">The name of its output; empty for the only one.</param>
    public static ForeignInput Foreign(RecogniserInput expected, string input, string output)
    {
        ArgumentNullException.ThrowIfNull(expected);
        return new ForeignInput(
            input, output, expected.Order == ColourOrder.Rgb ? ForeignInput.Rgb : ForeignInput.Bgr, [.. expected.Mean.Select(value => (float)value)], [.. expected.Scale.Select(value => (float)value)]);
    }

    /// <summary>What tells an ONNX file and its weights from every other: 64 hexadecimal digits of SHA-256 of the file and of those beside it that its weights are in.</summary>
    /// <param name="onnx">The file.</param>
    /// <exception cref="InputException">It is no ONNX file, or takes weights from outside of its folder or from a file that is not there.</exception>
    public static string FingerprintOf(string onnx)
    {
        using var hash = HashOf(onnx);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IncrementalHash HashOf(string onnx)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, onnx);
        // Weights may lie beside it: the same graph with others is another recogniser.
        foreach (var data in RecogniserPackage.DataOf(OnnxWeights.Read(onnx), onnx)) Add(hash, Path.Combine(Path.GetDirectoryName(Path.GetFullPath(onnx))!, data));
        return hash;
    }

    private static void Add(IncrementalHash hash, string file)
    {
        using var stream = File.OpenRead(file);
        var bytes = new byte[1 << 16];
        for (var read = stream.Read(bytes); read > 0; read = stream.Read(bytes)) hash.AppendData(bytes.AsSpan(0, read));
    }

    /// <summary>Raw embeddings <c>[N, D]</c> of faces of 112 pixels, without gradients; the caller disposes them.</summary>
    internal Tensor Embed(IReadOnlyList<FaceImage> faces)
    {
        using var _ = no_grad();
        using var pixels = Input.FromFaces(faces, MapForm.Default);
        return Trunk.Forward(pixels);
    }
}
