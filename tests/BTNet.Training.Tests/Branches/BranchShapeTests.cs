using BTNet.Training.Branches;

namespace BTNet.Training.Tests.Branches;

public sealed class BranchShapeTests
{
    [Theory]
    [InlineData(56, BranchSize.Paper, 32, 3)]
    [InlineData(28, BranchSize.Light, 32, 2)]
    [InlineData(28, BranchSize.Large, 32, 6)]
    [InlineData(14, BranchSize.Light, 64, 3)]
    [InlineData(14, BranchSize.Paper, 64, 6)]
    [InlineData(7, BranchSize.Paper, 128, 6)]
    [InlineData(7, BranchSize.Large, 128, 9)]
    public void Width_and_depth_follow_from_the_size_and_the_resolution(int side, BranchSize size, int width, int depth)
    {
        var shape = new BranchShape { Size = size }.For(side);

        Assert.Equal((width, depth), (shape.Width, shape.Depth));
        Assert.Equal(shape, shape.For(7));
    }

    [Theory]
    [InlineData(BranchBlocks.Copied, 56, 1)]
    [InlineData(BranchBlocks.Copied, 28, 1)]
    [InlineData(BranchBlocks.Copied, 14, 2)]
    [InlineData(BranchBlocks.Copied, 7, 4)]
    [InlineData(BranchBlocks.Residual, 7, 1)]
    [InlineData(BranchBlocks.Enlarged, 14, 1)]
    public void Copied_layers_find_faces_interpolated_to_28_pixels_and_others_as_they_are(BranchBlocks blocks, int side, int times) =>
        Assert.Equal(times, new BranchShape { Blocks = blocks }.For(side).Oversampling);

    [Fact]
    public void What_is_stated_stays()
    {
        var shape = new BranchShape { Width = 8, Depth = 0, Oversampling = 1 }.For(14);
        Assert.Equal((8, 0, 1), (shape.Width, shape.Depth, shape.Oversampling));
    }

    [Fact]
    public void Every_fault_is_told_at_once()
    {
        Assert.Equal(["blocks", "size", "width", "depth"], new BranchShape { Blocks = (BranchBlocks)7, Size = (BranchSize)9, Width = 7, Depth = 65 }.Faults().Select(fault => fault.Split(':')[0]));
        Assert.Equal(["width", "depth"], new BranchShape { Width = 513, Depth = -1 }.Faults().Select(fault => fault.Split(':')[0]));
        Assert.Empty(new BranchShape { Width = 512, Depth = 64 }.Faults());
        Assert.Empty(new BranchShape().Faults());
    }
}
