using BTNet.Resolutions;

namespace BTNet.Training.Backbones;

/// <summary>A level of the feature pyramid as a place in the trunk: where a branch's map enters.</summary>
/// <param name="Resolution">Side of the map there, and of the face that the branch takes.</param>
/// <param name="TailStart">The first unit of the trunk behind the join: everything from here on is the tail.</param>
public sealed record PyramidLevel(Resolution Resolution, int TailStart);

/// <summary>How a backbone is made: its units, the finest pieces that a join may lie between, and its pyramid.</summary>
/// <param name="Levels">Levels with a join, the largest first.</param>
/// <param name="Units">Stem, blocks and head in order, with fresh weights, made one by one as they are taken. The
/// argument is the stride of what halves the map in the trunk: 2 there, 1 in a branch, which takes the units up to its
/// join (the paper's form).</param>
internal sealed record BackboneLayers(IReadOnlyList<PyramidLevel> Levels, Func<int, IEnumerable<Layer>> Units);
