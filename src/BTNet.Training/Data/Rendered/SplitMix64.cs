using System.Numerics;

namespace BTNet.Training.Data.Rendered;

/// <summary>
/// The generator that drawings come from (Steele, Lea and Flood 2014): unlike <see cref="Random"/>'s, its sequence is
/// part of this code, so a synthetic person looks the same under every runtime.
/// </summary>
internal sealed class SplitMix64
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>A sequence of its own for every pair of seed and stream.</summary>
    public SplitMix64(ulong seed, ulong stream = 0) => _state = Scramble(seed + Golden) ^ BitOperations.RotateLeft(Scramble(stream ^ 0x5851F42D4C957F2D), 23);

    public ulong Next() => Scramble(_state += Golden);

    /// <summary>In [0, 1).</summary>
    public float Unit() => (Next() >> 40) * (1f / (1 << 24));

    public float Between(float low, float high) => low + ((high - low) * Unit());

    /// <summary>Bell-shaped, mean 0, deviation 1, never beyond 3.5: a pose far outside the usual is no use as a sample.</summary>
    public float Bell() => (Unit() + Unit() + Unit() + Unit() - 2f) * 1.7320508f;

    public bool Chance(float probability) => Unit() < probability;

    public int Below(int count) => (int)(Next() % (ulong)count);

    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
