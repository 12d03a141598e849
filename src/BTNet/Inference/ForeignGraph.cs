using BTNet.Models;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>Looks at a graph that is not ours.</summary>
internal static class ForeignGraph
{
    /// <summary>Why it cannot be used as said; null where it can.</summary>
    public static string? Fault(InferenceSession session, ForeignInput input, int side)
    {
        var (inputs, outputs) = (session.InputMetadata, session.OutputMetadata);
        if (inputs.Count != 1 || !inputs.TryGetValue(input.Input, out var pixels)) return $"has the inputs {Names(inputs.Keys)}, expected '{input.Input}' alone";
        if (!outputs.TryGetValue(input.Output, out var embedding)) return $"has the outputs {Names(outputs.Keys)}, expected '{input.Output}' among them";
        if (!pixels.IsTensor || pixels.ElementType != typeof(float) || !Takes(pixels.Dimensions, input.Batch, side))
            return $"takes '{input.Input}' {Shape(pixels)}, expected 32-bit floats [{(input.Batch is { } batch ? $"{batch}" : "N")}, 3, {side}, {side}]";
        return embedding.IsTensor && embedding.ElementType == typeof(float) ? null : $"gives '{input.Output}' {Shape(embedding)}, expected a tensor of 32-bit floats";
    }

    public static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    // A graph may say that its sides are free, and be used with those of a face.
    private static bool Takes(int[] sides, int? batch, int side) =>
        sides is [var faces, var planes, var height, var width] && (faces < 0 || faces == batch) && planes is 3 or < 0 && (height == side || height < 0) && (width == side || width < 0);

    private static string Shape(NodeMetadata node) => node.IsTensor ? $"[{string.Join(", ", node.Dimensions.Select(side => side < 0 ? "N" : $"{side}"))}] of {node.ElementType.Name}" : "that is no tensor";
}
