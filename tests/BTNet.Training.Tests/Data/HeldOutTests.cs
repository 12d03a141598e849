using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class HeldOutTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(200)]
    [InlineData(9_999)]
    [InlineData(25_013)]
    public void Every_picture_is_trained_on_or_kept_and_none_is_both(int count)
    {
        var (training, kept) = HeldOut.Of(new MemorySource(count, Never));

        var names = Enumerable.Range(0, training.Count).Select(training.NameOf).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, count).Select(item => $"pattern {item}").Order(StringComparer.Ordinal), names.Concat(kept.Select(item => $"pattern {item}")).Order(StringComparer.Ordinal));
        for (var item = 0; item < training.Count; item++) Assert.Equal($"pattern {(3 * training.LabelOf(item)) + (int.Parse(training.NameOf(item)[8..], System.Globalization.CultureInfo.InvariantCulture) % 3)}", training.NameOf(item));
    }

    [Theory]
    [InlineData(200, 8)]
    [InlineData(10_000, 400)]
    [InlineData(1_000_000, 400)]
    public void One_in_25_is_kept_and_never_more_than_400_from_all_over_the_set(int count, int expected)
    {
        var (_, kept) = HeldOut.Of(new MemorySource(count, Never));

        Assert.Equal(expected, kept.Count);
        // As many from each quarter.
        Assert.All(kept.CountBy(item => (int)(4L * item / count)), quarter => Assert.Equal(expected / 4, quarter.Value));
    }

    [Fact]
    public void No_more_than_400_are_kept_where_400_does_not_divide_the_number_of_pictures() =>
        Assert.InRange(HeldOut.Of(new MemorySource(10_399, Never)).Kept.Count, 300, 400);

    [Fact]
    public void What_is_trained_on_is_said_to_lack_those_that_were_kept_and_is_read_from_the_whole_set()
    {
        var whole = new MemorySource(50);
        var (training, kept) = HeldOut.Of(whole);

        Assert.Equal([24, 49], kept);
        Assert.Contains("2 of them kept", training.Description, StringComparison.Ordinal);
        Assert.Equal(whole.Load(25).Pixels.ToArray(), training.Load(24).Pixels.ToArray());
        Assert.Equal(whole.Identities, training.Identities);
    }

    private static BTNet.Faces.FaceImage Never(int item) => throw new InvalidOperationException("no picture is read");
}
