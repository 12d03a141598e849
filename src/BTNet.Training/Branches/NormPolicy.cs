using BTNet.Training.Backbones;

namespace BTNet.Training.Branches;

/// <summary>What a resolution's pass through the trunk's tail does with the batch norms there.</summary>
public enum NormPolicy
{
    /// <summary>Resolution-aware batch norm (the paper, section 3.3): scale, shift and statistics of the resolution's
    /// own. The default.</summary>
    Own,

    /// <summary>Statistics of the resolution's own; scale and shift are the trunk's, frozen.</summary>
    OwnStatistics,

    /// <summary>The trunk's norms as they are, in evaluation mode: nothing in the tail is trained or moves.</summary>
    Shared,

    /// <summary>What the reference implementation does, for parity: statistics of every tail norm follow the batches, but
    /// scale and shift are trained only on the main path and over the last map, not in shortcuts and not over the
    /// embedding (it tells norms apart by their names; see docs/reference-differences.md).</summary>
    ReferenceCompatible
}

/// <summary>Makes a branch's tail norms by a <see cref="NormPolicy"/>.</summary>
internal static class NormPolicies
{
    /// <summary>The norm to use at a place of the tail, started from the trunk's.</summary>
    public static BatchNorm TailNorm(this NormPolicy policy, BatchNorm trunk) => policy switch
    {
        NormPolicy.Own or NormPolicy.ReferenceCompatible => trunk.Copy(),
        NormPolicy.OwnStatistics => trunk.CopyStatistics(),
        NormPolicy.Shared => trunk.Frozen(),
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "unknown policy")
    };

    /// <summary>Which of a tail norm's parameters gradients train.</summary>
    public static IEnumerable<Weight> Trained(this NormPolicy policy, BatchNorm norm) => policy switch
    {
        // The last norm's scale is fixed at 1 in the trunk, and so it is here.
        NormPolicy.Own when norm.Slot.Role == NormRole.Embedding => norm.Weights.Where(weight => weight.Kind == WeightKind.NormShift),
        NormPolicy.Own => norm.Weights.Where(weight => weight.IsParameter),
        NormPolicy.ReferenceCompatible when norm.Slot.Role is NormRole.Block or NormRole.HeadMap => norm.Weights.Where(weight => weight.IsParameter),
        _ => []
    };
}
