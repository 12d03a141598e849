using System.Text;
using BTNet.Training.Backbones;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Golden;

/// <summary>The formula that fills weights and inputs of the golden figures; the golden file's notes define it.</summary>
internal static class Wave
{
    public static float[] Values(string key, long count, double scale = 1, double shift = 0)
    {
        var phase = Fnv1a(key) % 10000 / 1000.0;
        var values = new float[count];
        for (var i = 0L; i < count; i++) values[i] = (float)(shift + (scale * (double)(float)Math.Sin((0.7 * i) + phase)));
        return values;
    }

    public static Tensor Image(string key, params long[] shape) => tensor(Values(key, shape.Aggregate(1L, (a, b) => a * b)), shape);

    /// <summary>Fills a weight by its kind.</summary>
    public static void Fill(Weight weight)
    {
        using var _ = no_grad();
        var shape = weight.Tensor.shape;
        var inputs = shape.Skip(1).Aggregate(1L, (a, b) => a * b);
        var (scale, shift) = weight.Kind switch
        {
            WeightKind.RunningVariance => (0.2, 1.0),
            WeightKind.RunningMean => (0.1, 0.0),
            WeightKind.Convolution => (2 / Math.Sqrt(inputs), 0.0),
            WeightKind.Linear => (Math.Sqrt(2.0 / inputs), 0.0),
            WeightKind.Slope => (0.05, 0.25),
            WeightKind.NormScale => (0.1, 1.0),
            _ => (0.1, 0.0)
        };
        using var values = tensor(Values(weight.Key, weight.Tensor.NumberOfElements, scale, shift), shape);
        weight.Tensor.copy_(values);
    }

    private static uint Fnv1a(string key) => Encoding.UTF8.GetBytes(key).Aggregate(2166136261u, (hash, b) => unchecked((hash ^ b) * 16777619u));
}
