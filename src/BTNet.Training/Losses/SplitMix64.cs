namespace BTNet.Training.Losses;

/// <summary>
/// A small random generator whose stream is a function of (seed, step) alone, so that a resumed run draws what the
/// unbroken one would have, on any version of .NET (which does not promise that of <see cref="Random"/>). Steele, Lea
/// and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
/// </summary>
internal struct SplitMix64
{
    private ulong _state;

    public SplitMix64(long seed, long step) => _state = Mix(unchecked((ulong)seed)) ^ unchecked((ulong)step);

    /// <summary>Uniform in 0 (included) to 1 (left out), 53 random bits.</summary>
    public double NextDouble()
    {
        _state = unchecked(_state + 0x9E3779B97F4A7C15);
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
