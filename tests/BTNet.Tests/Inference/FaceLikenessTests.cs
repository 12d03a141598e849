using BTNet.Inference;
using BTNet.Models;
using BTNet.Tests.Faces;

namespace BTNet.Tests.Inference;

public sealed class FaceLikenessTests
{
    [Fact]
    public void Oddness_is_the_sum_that_the_format_describes()
    {
        const int Size = 9;
        var random = new Random(3);
        var coefficients = Enumerable.Range(0, (Size * (Size + 1) / 2) + Size).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var values = Enumerable.Range(0, Size).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
        var (expected, next) = (0.0, 0);
        for (var i = 0; i < Size; i++)
        for (var j = 0; j <= i; j++)
            expected += coefficients[next++] * values[i] * values[j];
        for (var i = 0; i < Size; i++) expected += coefficients[next++] * values[i];

        Assert.Equal(expected, new FaceLikeness(new FaceAppearance(3, 200, 0, FaceAppearance.Text(coefficients))).Oddness(values), 1e-6);
    }

    [Fact]
    public void A_picture_of_one_colour_is_odd_beyond_measure()
    {
        var likeness = new FaceLikeness(new FaceAppearance(2, 200, 0, FaceAppearance.Text(new float[14])));
        Assert.Equal(double.PositiveInfinity, likeness.Oddness(SyntheticPixels.Flat(8, 8, 1, 2, 3)));
        Assert.Equal(0, likeness.Oddness(SyntheticPixels.Blocky(8, 8)));
        Assert.Throws<ArgumentOutOfRangeException>(() => likeness.Oddness(new float[9]));
    }

    [Fact]
    public void Coefficients_that_are_not_those_of_the_grid_are_refused()
    {
        Assert.Contains("expected 14 finite 32-bit floats", Refused(2, FaceAppearance.Text(new float[13])), StringComparison.Ordinal);
        Assert.Contains("expected 14 finite 32-bit floats", Refused(2, FaceAppearance.Text([.. new float[13], float.NaN])), StringComparison.Ordinal);
        Assert.Contains("expected 14 finite 32-bit floats", Refused(2, new string('*', FaceAppearance.Text(new float[14]).Length)), StringComparison.Ordinal);
        Assert.Contains("grid 1000000, expected 2 to 32", Refused(1_000_000, ""), StringComparison.Ordinal);
        Assert.Contains("grid -7, expected 2 to 32", Refused(-7, ""), StringComparison.Ordinal);
    }

    private static string Refused(int grid, string coefficients) => Assert.Throws<InputException>(() => new FaceLikeness(new FaceAppearance(grid, 200, 0, coefficients))).Message;
}
