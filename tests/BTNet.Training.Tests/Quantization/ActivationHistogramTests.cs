using BTNet.Training.Quantization;

namespace BTNet.Training.Tests.Quantization;

public sealed class ActivationHistogramTests
{
    [Fact]
    public void All_that_was_seen_is_within_the_whole_range_however_it_grew()
    {
        var seen = new ActivationHistogram();
        seen.Add(new float[100]);
        seen.Add([0.001f, -0.002f]);
        seen.Add([3, -700, 12]);
        Assert.Equal(105, seen.Count);
        Assert.Equal(new ActivationRange(-700, 12), seen.Range(RangeMethod.MinMax));
    }

    [Theory]
    [InlineData(RangeMethod.Percentile)]
    [InlineData(RangeMethod.Mse)]
    public void A_lone_number_far_out_is_cut_off_and_the_bulk_is_not(RangeMethod method)
    {
        var seen = new ActivationHistogram();
        var random = new Random(1);
        for (var batch = 0; batch < 20; batch++)
            seen.Add([.. Enumerable.Range(0, 10_000).Select(_ => (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 2))]);
        seen.Add([200]);
        var range = seen.Range(method);
        Assert.InRange(range.High, 2.2, method == RangeMethod.Mse ? 180 : 4);
        Assert.InRange(range.Low, -3, -2.2);
    }

    public static TheoryData<RangeMethod, float, float> Ranges
    {
        get
        {
            var data = new TheoryData<RangeMethod, float, float>();
            foreach (var method in Enum.GetValues<RangeMethod>())
            foreach (var (low, high) in new (float Low, float High)[] { (0, 0), (1, 5), (-5, -1), (-1, 2), (-1e-9f, 1e-9f), (-1e6f, 1) })
                data.Add(method, low, high);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Zero_is_a_level_of_its_own(RangeMethod method, float low, float high)
    {
        var seen = new ActivationHistogram();
        seen.Add([low, high, (low + high) / 2]);
        var range = seen.Range(method);
        Assert.True(range.Low <= 0 && range.High >= 0);
        Assert.True(range.Scale > 0);
        Assert.True(Math.Abs(range.Low + (range.Scale * range.Zero)) <= range.Scale * 0.51);
    }

    [Fact]
    public void Numbers_that_are_none_are_refused()
        => Assert.Contains("not finite", Assert.Throws<InputException>(() => new ActivationHistogram().Add([1, float.NaN])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_method_that_is_none_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new ActivationHistogram().Range((RangeMethod)7));
}
