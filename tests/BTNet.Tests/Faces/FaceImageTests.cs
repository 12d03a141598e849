using BTNet.Faces;

namespace BTNet.Tests.Faces;

public sealed class FaceImageTests
{
    [Fact]
    public void Mirroring_swaps_columns_and_keeps_colours_and_rows()
    {
        var picture = new FaceImage(3, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
        var flipped = picture.Flipped();
        Assert.Equal([7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13], flipped.Pixels.ToArray());
        Assert.Equal((3, 2), (flipped.Width, flipped.Height));
    }

    [Fact]
    public void Mirroring_leaves_the_picture_and_undoes_itself()
    {
        var picture = SyntheticPixels.Blocky(37, 61);
        var before = picture.Pixels.ToArray();
        Assert.Equal(before, picture.Flipped().Flipped().Pixels.ToArray());
        Assert.Equal(before, picture.Pixels.ToArray());
        Assert.NotEqual(before, picture.Flipped().Pixels.ToArray());
    }

    [Fact]
    public void A_size_that_does_not_fit_the_bytes_is_a_programming_mistake()
    {
        Assert.Throws<ArgumentException>(() => new FaceImage(2, 2, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaceImage(0, 2, []));
        // 3 x 65536 x 65536 is 0 in 32 bits.
        Assert.Throws<ArgumentException>(() => new FaceImage(65_536, 65_536, []));
    }
}
