using System.Text.Json.Nodes;
using BTNet.TestSupport;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Golden;

/// <summary>Figures computed with the paper's published code.</summary>
internal static class Reference
{
    public static JsonNode Load() => JsonNode.Parse(File.ReadAllText(SharedData.Require("golden", "reference.json")))!;

    public static float[] Floats(this JsonNode? node) => [.. node!.AsArray().Select(value => (float)value!)];

    public static void AssertEqual(float[] expected, Tensor actual, double tolerance, string what)
    {
        using var _ = NewDisposeScope();
        var values = actual.detach().flatten().cpu().data<float>().ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance,
                $"{what}[{i}]: expected {expected[i]}, was {values[i]}, tolerance {tolerance}");
        }
    }

    public static void AssertRelative(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"{what}: expected {expected}, was {actual}, relative tolerance {tolerance}");
}
