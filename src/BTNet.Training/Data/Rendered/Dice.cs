using BTNet.Training.Randomness;

namespace BTNet.Training.Data.Rendered;

/// <summary>What drawings are thrown with: the shapes of chance that traits and poses need.</summary>
/// <param name="seed">The same seed and stream give the same throws.</param>
/// <param name="stream">A sequence of its own.</param>
internal sealed class Dice(ulong seed, ulong stream = 0)
{
    private readonly SeededRandom _random = new(seed, stream);

    public ulong Next() => _random.NextUInt64();

    /// <summary>In [0, 1).</summary>
    public float Unit() => (Next() >> 40) * (1f / (1 << 24));

    public float Between(float low, float high) => low + ((high - low) * Unit());

    /// <summary>Bell-shaped, mean 0, deviation 1, never beyond 3.5: a pose far outside the usual is no use as a sample.</summary>
    public float Bell() => (Unit() + Unit() + Unit() + Unit() - 2f) * 1.7320508f;

    public bool Chance(float probability) => Unit() < probability;

    public int Below(int count) => _random.Next(count);
}
