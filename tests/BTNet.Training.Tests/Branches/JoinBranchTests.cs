using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Tests.Backbones.Onnx;
using TorchSharp;
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
        using var branch = new JoinBranch(trunk, RecogniserInput.Common[0], Resolution.Of(side), join, new BranchShape { Blocks = blocks, Width = 8, Depth = 2 }, new TailChoice { Change = TailChange.LowRank, Rank = 2 });

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
        using var residual = new JoinBranch(trunk, RecogniserInput.Common[0], Resolution.Of(14), join, new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 2 }, new TailChoice { Change = TailChange.ScaleAndShift });
        using var inverted = new JoinBranch(trunk, RecogniserInput.Common[0], Resolution.Of(14), join, new BranchShape { Blocks = BranchBlocks.Inverted, Width = 8, Depth = 2 }, new TailChoice { Change = TailChange.ScaleAndShift });

        Assert.Equal(14 * 14 * ((3 * 8 * 9) + (2 * 2 * 8 * 8 * 9) + (8 * 16)), residual.HeadMultiplyAccumulates());
        Assert.Equal(14 * 14 * ((3 * 8 * 9) + (2 * ((8 * 16) + (16 * 9) + (16 * 8))) + (8 * 16)), inverted.HeadMultiplyAccumulates());
        Assert.Equal(residual.HeadMultiplyAccumulates() + join.TailMultiplyAccumulates, residual.MultiplyAccumulates());
    }

    [Fact]
    public void A_branch_without_blocks_is_a_stem_and_a_join()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        using var branch = new JoinBranch(trunk, RecogniserInput.Common[0], Resolution.Of(14), trunk.JoinAt(Resolution.Of(14)), new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 0 }, new TailChoice { Change = TailChange.None });

        Assert.Equal(["stem.conv", "stem.norm", "stem.slope", "join.conv", "join.norm"], branch.Weights.Select(weight => string.Join('.', weight.Key.Split('.').Take(2))).Distinct().OrderBy(key => key.StartsWith("join", StringComparison.Ordinal)).ThenBy(key => Array.IndexOf(["stem.conv", "stem.norm", "stem.slope", "join.conv", "join.norm"], key)));
        Assert.Empty(branch.TailWeights);
    }

    [Fact]
    public void Gradients_reach_every_weight_of_the_branch()
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Mobilenet()));
        using var branch = new JoinBranch(trunk, RecogniserInput.Common[0], Resolution.Of(14), trunk.JoinAt(Resolution.Of(14)), new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 1 }, new TailChoice { Change = TailChange.ScaleAndShift });

        branch.Embed(branch.Map(Reference.Faces(4, 14, 0.5), training: true)).mul(Reference.Faces(4, 14)[.., 0, 0, ..].sum(1, keepdim: true)).sum().backward();

        Assert.All(branch.Weights.Where(weight => weight.IsParameter), weight => Assert.True(weight.Tensor.grad is { } gradient && gradient.abs().sum().item<float>() > 0, weight.Key));
    }

    [Theory]
    [InlineData("mobilenet", 14)]
    [InlineData("mobilenet", 7)]
    [InlineData("resnet", 14)]
    public void Copied_layers_keep_the_size_of_a_small_face_and_begin_as_the_recognisers(string network, int side)
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.All[network]()));
        var (input, join) = (RecogniserInput.Named("imagenet-bgr"), trunk.JoinAt(Resolution.Of(side)));
        using var branch = new JoinBranch(trunk, input, Resolution.Of(side), join, new BranchShape { Blocks = BranchBlocks.Copied, Oversampling = 1 }, new TailChoice { Change = TailChange.ScaleAndShift });
        using var small = trunk.ForSmall(join);
        var faces = Reference.Faces(2, side, 0.5);

        var map = branch.Map(faces, training: true);

        Assert.Equal([2, join.Shape.Channels, side, side], map.shape);
        Assert.True(map.detach().allclose(small.MapAt(small.Joins.Single(other => other.Tensor == join.Tensor), Expected(faces, input)), 1e-4, 1e-5));
        Assert.InRange(branch.HeadMultiplyAccumulates(), 1, (trunk.MultiplyAccumulates - join.TailMultiplyAccumulates) / 4);
        branch.Embed(map).square().sum().backward();
        Assert.All(branch.HeadWeights, weight => Assert.NotNull(weight.Tensor.grad));
    }

    [Fact]
    public void An_enlarging_branch_is_the_recogniser_on_enlarged_faces_at_first()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Mobilenet()));
        var (input, join) = (RecogniserInput.Named("imagenet-rgb"), trunk.JoinAt(Resolution.Of(14)));
        using var branch = new JoinBranch(trunk, input, Resolution.Of(14), join, new BranchShape { Blocks = BranchBlocks.Enlarged }, new TailChoice { Change = TailChange.Whole });
        var faces = Reference.Faces(2, 14, 0.5);
        var enlarged = nn.functional.interpolate(faces, size: [112, 112], mode: InterpolationMode.Bilinear, align_corners: false);

        Assert.True(branch.Embed(branch.Map(faces, training: false)).allclose(trunk.Forward(Expected(enlarged, input)), 1e-3, 1e-4));
        Assert.Equal(trunk.MultiplyAccumulates, branch.MultiplyAccumulates());
    }

    /// <summary>Faces of -1 to 1 as the recogniser takes them.</summary>
    private static Tensor Expected(Tensor faces, RecogniserInput input)
    {
        var pixels = faces.add(1).div(2);
        if (input.Order == ColourOrder.Bgr) pixels = pixels.flip(1);
        Tensor Row(IReadOnlyList<double> values) => tensor(values.Select(value => (float)value).ToArray()).reshape(1, 3, 1, 1);
        return pixels.sub(Row(input.Mean)).div(Row(input.Scale)).contiguous();
    }
}
