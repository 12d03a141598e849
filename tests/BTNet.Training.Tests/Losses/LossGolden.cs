using System.Text;
using System.Text.Json;
using BTNet.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

/// <summary>The reference implementation's figures for the losses, and the inputs they were computed on.</summary>
internal static class LossGolden
{
    public const int Classes = 10;
    public const int Size = 16;

    public static long[] Labels => [0, 3, 3, 9, 5, 1];

    public static JsonElement Read(string section)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("golden", "reference.json")));
        return document.RootElement.GetProperty(section).Clone();
    }

    public static float[] Floats(this JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetSingle())];

    /// <summary>wave(key)[i] = sin(0.7 i + (fnv1a32(key) % 10000) / 1000), in double, then float.</summary>
    public static float[] Wave(string key, int count)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(key)) hash = unchecked((hash ^ b) * 16777619u);
        var phase = hash % 10000 / 1000.0;
        return [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(0.7 * i + phase))];
    }

    public static Tensor Weight() => tensor(Wave("loss.weight", Classes * Size), Classes, Size);

    /// <summary>Six embeddings; the last lies opposite to its identity, beyond the reach of cos(theta + m).</summary>
    public static Tensor Embeddings()
    {
        var values = Wave("loss.embeddings", 6 * Size);
        var weight = Wave("loss.weight", Classes * Size);
        var noise = Wave("loss.row5", Size);
        for (var i = 0; i < Size; i++) values[5 * Size + i] = -weight[Size + i] + 0.05f * noise[i];
        return tensor(values, 6, Size);
    }

    public static float[] Values(Tensor tensor)
    {
        using var copy = tensor.detach().cpu().contiguous();
        return copy.data<float>().ToArray();
    }

    public static void AssertClose(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance)
    {
        Assert.Equal(expected.Count, actual.Count);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"[{i}]: expected {expected[i]}, got {actual[i]} (scale {scale})");
    }
}
