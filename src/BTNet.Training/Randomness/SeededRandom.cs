namespace BTNet.Training.Randomness;

/// <summary>
/// Random numbers that are the same for the same key on every machine and in every version, unlike those of
/// <see cref="System.Random"/>, whose algorithm may change: SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014). Keyed by what is drawn for, such as seed, epoch and item, a number
/// depends on nothing that was drawn before it, so that a run can be taken up anywhere. Not for secrets; for use
/// from one thread.
/// </summary>
public sealed class SeededRandom
{
    private const ulong Golden = 0x9e3779b97f4a7c15;
    private ulong _state;

    /// <summary>Starts the sequence of a key.</summary>
    /// <param name="key">What is drawn for; each part and its place count.</param>
    public SeededRandom(params ReadOnlySpan<ulong> key)
    {
        foreach (var part in key) _state = Mix(_state + Golden + Mix(part + Golden));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => Mix(_state += Golden);

    /// <summary>A whole number from 0 to one below the bound, each as likely (Lemire, "Fast random integer generation
    /// in an interval", 2019).</summary>
    /// <param name="bound">At least 1.</param>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var range = (ulong)bound;
        var high = Math.BigMul(NextUInt64(), range, out var low);
        if (low >= range) return (int)high;
        var unfair = (0 - range) % range;
        while (low < unfair) high = Math.BigMul(NextUInt64(), range, out low);
        return (int)high;
    }

    /// <summary>A number from 0 up to but not including 1.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from the lower up to but not including the upper bound.</summary>
    /// <param name="from">Lower bound.</param>
    /// <param name="to">Upper bound, at least the lower.</param>
    public double NextDouble(double from, double to) => from + ((to - from) * NextDouble());

    /// <summary>Yes or no, each as likely.</summary>
    public bool NextBool() => (NextUInt64() >> 63) != 0;

    /// <summary>Puts the values in random order, each order as likely (Fisher and Yates).</summary>
    /// <param name="values">What is shuffled, in place.</param>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
