using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Tests.Backbones.Onnx;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Branches;

[Collection(nameof(TorchRandomness))]
public sealed class JoinBranchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<BranchBlocks, int> Shapes => new() { { BranchBlocks.Residual, 28 }, { BranchBlocks.Residual, 14 }, { BranchBlocks.Inverted, 14 }, { BranchBlocks.Inverted, 7 } };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_branch_makes_the_map_of_its_join_and_runs_it_through_the_tail(BranchBlocks blocks, int side)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        var join = trunk.JoinAt(Resolution.Of(side));
        using var branch = new JoinBranch(trunk, Resolution.Of(side), join, new BranchShape { Blocks = blocks, Width = 8, Depth = 2 }, new TailChoice { Change = TailChange.LowRank, Rank = 2 });

        var map = branch.Map(Reference.Faces(2, side, 0.5), training: false);

        Assert.Equal([2, join.Shape.Channels, side, side], map.shape);
        Assert.Equal([2, 16], branch.Embed(map).shape);
        // At first the tail is the recogniser's.
        Assert.True(branch.Embed(map).allclose(trunk.Tail(join, map), 1e-5, 1e-6));
        var keys = branch.Weights.Select(weight => weight.Key).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(branch.HeadWeights.Count() + branch.TailWeights.Count(), keys.Count);
        Assert.Contains(branch.TailWeights, weight => weight.Key.EndsWith(".up", StringComparison.Ordinal));
    }

    [Fact]
    public void Multiply_accumulates_are_those_of_its_convolutions_and_of_the_tail()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        var join = trunk.JoinAt(Resolution.Of(14));
        using var residual = new JoinBranch(trunk, Resolution.Of(14), join, new BranchShape { Width = 8, Depth = 2 }, new TailChoice());
        using var inverted = new JoinBranch(trunk, Resolution.Of(14), join, new BranchShape { Blocks = BranchBlocks.Inverted, Width = 8, Depth = 2 }, new TailChoice());

        Assert.Equal(14 * 14 * ((3 * 8 * 9) + (2 * 2 * 8 * 8 * 9) + (8 * 16)), residual.HeadMultiplyAccumulates());
        Assert.Equal(14 * 14 * ((3 * 8 * 9) + (2 * ((8 * 16) + (16 * 9) + (16 * 8))) + (8 * 16)), inverted.HeadMultiplyAccumulates());
        Assert.Equal(residual.HeadMultiplyAccumulates() + join.TailMultiplyAccumulates, residual.MultiplyAccumulates());
    }

    [Fact]
    public void A_branch_without_blocks_is_a_stem_and_a_join()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        using var branch = new JoinBranch(trunk, Resolution.Of(14), trunk.JoinAt(Resolution.Of(14)), new BranchShape { Width = 8, Depth = 0 }, new TailChoice { Change = TailChange.None });

        Assert.Equal(["stem.conv", "stem.norm", "stem.slope", "join.conv", "join.norm"], branch.Weights.Select(weight => string.Join('.', weight.Key.Split('.').Take(2))).Distinct().OrderBy(key => key.StartsWith("join", StringComparison.Ordinal)).ThenBy(key => Array.IndexOf(["stem.conv", "stem.norm", "stem.slope", "join.conv", "join.norm"], key)));
        Assert.Empty(branch.TailWeights);
    }

    [Fact]
    public void Gradients_reach_every_weight_of_the_branch()
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Mobilenet()));
        using var branch = new JoinBranch(trunk, Resolution.Of(14), trunk.JoinAt(Resolution.Of(14)), new BranchShape { Width = 8, Depth = 1 }, new TailChoice());

        branch.Embed(branch.Map(Reference.Faces(4, 14, 0.5), training: true)).mul(Reference.Faces(4, 14)[.., 0, 0, ..].sum(1, keepdim: true)).sum().backward();

        Assert.All(branch.Weights.Where(weight => weight.IsParameter), weight => Assert.True(weight.Tensor.grad is { } gradient && gradient.abs().sum().item<float>() > 0, weight.Key));
    }
}
