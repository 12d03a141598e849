using BTNet.Training.Randomness;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Randomness;

public sealed class SeededRandomTests
{
    [Fact]
    public void Without_a_key_the_published_sequence_of_SplitMix64_comes_out()
    {
        var random = new SeededRandom();
        Assert.Equal([0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f], (ulong[])[random.NextUInt64(), random.NextUInt64(), random.NextUInt64()]);
    }

    [Fact]
    public void Each_part_of_the_key_and_its_place_count()
    {
        ulong[][] keys = [[], [0], [1], [0, 0], [0, 1], [1, 0], [1, 1], [0, 0, 0], [0, 0, 1], [ulong.MaxValue]];
        Assert.Equal(keys.Length, keys.Select(key => new SeededRandom(key).NextUInt64()).Distinct().Count());
    }

    [Property]
    public void The_same_key_gives_the_same_numbers(ulong seed, ulong part)
    {
        var (a, b) = (new SeededRandom(seed, part), new SeededRandom(seed, part));
        for (var i = 0; i < 20; i++) Assert.Equal(a.NextUInt64(), b.NextUInt64());
    }

    [Property]
    public void Numbers_stay_within_their_bounds(ulong seed, int bound)
    {
        var positive = Math.Max(1, bound & int.MaxValue);
        var random = new SeededRandom(seed);
        for (var i = 0; i < 20; i++)
        {
            Assert.InRange(random.Next(positive), 0, positive - 1);
            var share = random.NextDouble();
            Assert.True(share is >= 0 and < 1);
        }
    }

    [Fact]
    public void Every_number_is_about_as_likely()
    {
        var random = new SeededRandom(7);
        var seen = new int[10];
        var heads = 0;
        for (var i = 0; i < 100_000; i++)
        {
            seen[random.Next(10)]++;
            if (random.NextBool()) heads++;
        }

        // Four standard deviations: 95 of a count of 10,000, 158 of a count of 50,000.
        Assert.All(seen, count => Assert.InRange(count, 10_000 - 380, 10_000 + 380));
        Assert.InRange(heads, 50_000 - 632, 50_000 + 632);
    }
}
