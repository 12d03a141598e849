using BTNet.Faces;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BTNet.Tests.Faces;

public sealed class FaceGridTests
{
    [Property]
    public Property Brightness_and_contrast_make_no_difference() => Prop.ForAll(
        Gen.Choose(0, 1000).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), Gen.Choose(5, 20).ToArbitrary(), (seed, brighter, tenths) =>
        {
            var random = new Random(seed);
            // Levels are whole numbers: where a picture has little contrast and half of it is taken, rounding alone is seen.
            var corners = Enumerable.Range(0, 16).Select(corner => random.Next(20, 31) + (((corner / 4) + corner) % 2 * 40)).ToArray();
            FaceImage Picture(Func<int, int> level) => SyntheticPixels.Make(56, 56, (x, y, _) => level(corners[(y / 14 * 4) + (x / 14)]));
            var (plain, changed) = (FaceGrid.Of(Picture(level => level), 7)!, FaceGrid.Of(Picture(level => brighter + (level * tenths / 10)), 7)!);
            return plain.Zip(changed).All(pair => Math.Abs(pair.First - pair.Second) < 0.4);
        });

    [Theory]
    [InlineData(7)]
    [InlineData(10)]
    public void Values_have_mean_0_and_deviation_1(int side)
    {
        var values = FaceGrid.Of(SyntheticPixels.Blocky(31, 64), side)!;
        Assert.Equal(side * side, values.Length);
        Assert.Equal(0, values.Average(), 1e-5);
        Assert.Equal(1, values.Average(value => value * value), 1e-4);
    }

    [Fact]
    public void A_picture_of_nearly_one_colour_has_none()
    {
        Assert.Null(FaceGrid.Of(SyntheticPixels.Flat(14, 14, 90, 20, 250), 7));
        Assert.Null(FaceGrid.Of(SyntheticPixels.Make(14, 14, (x, _, _) => 100 + (x / 7 * 5)), 7));
        Assert.NotNull(FaceGrid.Of(SyntheticPixels.Make(14, 14, (x, _, _) => 100 + (x / 7 * 8)), 7));
    }
}
