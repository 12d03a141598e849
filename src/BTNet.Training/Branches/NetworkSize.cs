using BTNet.Resolutions;
using BTNet.Training.Backbones;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>What one resolution's way through the networks costs.</summary>
/// <param name="Resolution">Side of the faces.</param>
/// <param name="Parameters">For the trunk all of its parameters, for a branch those of its own layers.</param>
/// <param name="TailNorms">Scales and shifts that a branch has beside those for the batch norms of the trunk's tail; 0
/// for the trunk.</param>
/// <param name="MultiplyAccumulates">Of the whole path from pixels to embedding, for one face.</param>
public sealed record PathSize(Resolution Resolution, long Parameters, long TailNorms, long MultiplyAccumulates);

/// <summary>How large a trunk and its branches in the paper's form are, whatever their weights.</summary>
/// <param name="Spec">The trunk.</param>
/// <param name="Trunk">The trunk at 112.</param>
/// <param name="Branches">A branch at each of its levels, the largest first.</param>
public sealed record NetworkSize(BackboneSpec Spec, PathSize Trunk, IReadOnlyList<PathSize> Branches)
{
    /// <summary>The resolutions of the paper: 112, 28, 14 and 7.</summary>
    public static IReadOnlyList<Resolution> Papers { get; } = [Resolution.Full, Resolution.Of(28), Resolution.Of(14), Resolution.Of(7)];

    /// <summary>Builds the networks once to measure them; their weights are discarded.</summary>
    /// <exception cref="InputException">The specification has faults.</exception>
    public static NetworkSize Of(BackboneSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        using var scope = NewDisposeScope();
        using var trunk = new Trunk(spec);
        return new NetworkSize(
            spec,
            new PathSize(Resolution.Full, Count(trunk.Weights), 0, trunk.MultiplyAccumulates()),
            [.. trunk.Levels.Where(level => !level.Resolution.IsFull).Select(level =>
            {
                using var branch = new Branch(trunk, level.Resolution);
                var tailNorms = trunk.TailNorms(level).Sum(slot => 2L * slot.Channels);
                return new PathSize(level.Resolution, Count(branch.Weights) - tailNorms, tailNorms, branch.MultiplyAccumulates());
            })]);
    }

    /// <summary>Parameters stored for some resolutions, the tail's batch norms apart: the trunk once, and each branch's
    /// own layers.</summary>
    /// <param name="resolutions">112 and any of the branches'.</param>
    public long Together(IReadOnlyList<Resolution> resolutions) =>
        Trunk.Parameters + Branches.Where(branch => resolutions.Contains(branch.Resolution)).Sum(branch => branch.Parameters);

    /// <summary>Parameters stored where each resolution has a whole network like the trunk.</summary>
    public long Separate(IReadOnlyList<Resolution> resolutions)
    {
        ArgumentNullException.ThrowIfNull(resolutions);
        return Trunk.Parameters * resolutions.Count;
    }

    private static long Count(IEnumerable<Weight> weights) => weights.Where(weight => weight.IsParameter).Sum(weight => weight.Tensor.NumberOfElements);
}
