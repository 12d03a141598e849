namespace BTNet.Training.Backbones.Onnx;

/// <summary>A place where a branch can enter a recogniser: a map of square size that everything between input and embedding goes through.</summary>
/// <param name="Tensor">The tensor's name in the graph.</param>
/// <param name="Index">The node that makes it: its place among those that compute, in order.</param>
/// <param name="Shape">Of the map of one face.</param>
/// <param name="Depth">Convolutions and matrix products in front of it, at least one.</param>
/// <param name="TailMultiplyAccumulates">Those of convolutions and matrix products behind it, for one face.</param>
public sealed record OnnxJoin(string Tensor, int Index, FeatureShape Shape, int Depth, long TailMultiplyAccumulates)
{
    /// <summary>How good a place the map is among those of its size.</summary>
    internal JoinKind Kind { get; init; }

    /// <summary>The operator that makes it, as ONNX calls it.</summary>
    internal string Operator { get; init; } = "";
}

/// <summary>What makes a map; the first is preferred.</summary>
internal enum JoinKind
{
    /// <summary>A finished map: from an activation, a sum or product of two maps, a concatenation or a pooling.</summary>
    Whole,

    /// <summary>From a convolution or a norm, in the middle of what belongs together.</summary>
    Inner,

    /// <summary>Anything else.</summary>
    Other
}
