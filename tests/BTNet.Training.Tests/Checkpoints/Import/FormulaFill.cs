using System.Text;

namespace BTNet.Training.Tests.Checkpoints.Import;

/// <summary>
/// The weights of the sample networks, from their names: wave(key)[i] = sin(0.7 i + (FNV-1a-32(key) mod 10000) / 1000),
/// scaled by what the tensor is for.
/// </summary>
internal static class FormulaFill
{
    public static double[] Of(string key, IReadOnlyList<long> shape)
    {
        var count = shape.Aggregate(1L, (product, size) => product * size);
        var phase = Hash(key) % 10000 / 1000.0;
        var (offset, scale) = Kind(key, shape);
        return [.. Enumerable.Range(0, (int)count).Select(i => offset + (scale * (float)Math.Sin((0.7 * i) + phase)))];
    }

    private static (double Offset, double Scale) Kind(string key, IReadOnlyList<long> shape)
    {
        var fanIn = shape.Skip(1).Aggregate(1.0, (product, size) => product * size);
        if (key.EndsWith("running_var", StringComparison.Ordinal)) return (1, 0.2);
        if (key.EndsWith("running_mean", StringComparison.Ordinal)) return (0, 0.1);
        if (shape.Count == 4) return (0, 2 / Math.Sqrt(fanIn));
        if (shape.Count == 2) return (0, Math.Sqrt(2 / fanIn));
        if (key.EndsWith("prelu.weight", StringComparison.Ordinal)) return (0.25, 0.05);
        return key.EndsWith(".weight", StringComparison.Ordinal) ? (1, 0.1) : (0, 0.1);
    }

    private static uint Hash(string key) => Encoding.UTF8.GetBytes(key).Aggregate(2166136261u, (hash, b) => (hash ^ b) * 16777619u);
}
