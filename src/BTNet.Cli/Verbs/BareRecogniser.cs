using BTNet.Inference;
using BTNet.Models;
using BTNet.Training;
using BTNet.Training.Backbones.Onnx;

namespace BTNet.Cli.Verbs;

/// <summary>A recogniser as a bare ONNX file.</summary>
internal static class BareRecogniser
{
    /// <summary>What recognisers usually expect, by name.</summary>
    public static IReadOnlyDictionary<string, ForeignInput> Inputs { get; } = RecogniserInput.Common.ToDictionary(input => input.Name, input => Recogniser.Foreign(input, "", ""), StringComparer.Ordinal);

    /// <param name="onnx">The file.</param>
    /// <param name="input">One of <see cref="Inputs"/>.</param>
    /// <exception cref="InputException">It cannot be run, or takes something else than faces of 112 pixels.</exception>
    public static OnnxRecogniser Open(string onnx, string input) =>
        OnnxRecogniser.Open(onnx, Inputs[input], input, $"Expected a recogniser as ONNX that takes pixels as --input {input} says; try another --input, or export it again");

    /// <summary>What to do with an ONNX file where a model's folder is expected; null where the path is none.</summary>
    public static string? Advice(string path) => File.Exists(path) && Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase)
        ? $"is an ONNX file. `btnet eval pairs --model {path} --input {string.Join('|', Inputs.Keys)}` measures it, and `btnet extend {path}` makes a model package of it"
        : null;
}
