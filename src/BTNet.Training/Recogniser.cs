using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BTNet.Training.Backbones.Onnx;

namespace BTNet.Training;

/// <summary>Somebody else's recogniser: its network, and what that expects of pixels.</summary>
public sealed class Recogniser : IDisposable
{
    /// <param name="trunk">The network; disposed with this.</param>
    /// <param name="input">What it expects of pixels.</param>
    public Recogniser(OnnxTrunk trunk, RecogniserInput input)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        (Trunk, Input) = (trunk, input);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(trunk.Path));
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(input)));
        Fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The network.</summary>
    public OnnxTrunk Trunk { get; }

    /// <summary>What it expects of pixels.</summary>
    public RecogniserInput Input { get; }

    /// <summary>Tells it from every other: SHA-256 of its file and of what it expects of pixels.</summary>
    public string Fingerprint { get; }

    /// <inheritdoc />
    public void Dispose() => Trunk.Dispose();
}
