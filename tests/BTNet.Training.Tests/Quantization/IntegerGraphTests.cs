using BTNet.TestSupport;
using BTNet.Training.Quantization;
using Google.Protobuf;

namespace BTNet.Training.Tests.Quantization;

public sealed class IntegerGraphTests : IDisposable
{
    private const int Side = 16;
    private const int Places = Side * Side;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Pixels_are_the_levels_that_they_are()
    {
        // Every byte once in each plane; the output's levels are those of the pixels, half a level on.
        float[] pixels = [.. Enumerable.Range(0, 3 * Places).Select(i => (float)(i % 256))];
        float[] same = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0];
        const double HalfLevel = 0.5 / 127.5;
        var read = new float[Places * 4 * Places];
        for (var i = 0; i < Places; i++) read[(i * 4 * Places) + i] = 1;
        var network = new Network(Side,
        [
            new PixelStep("scaled", "pixels", 1 / 127.5f, -1), new ConvolutionStep("map", "scaled", new Kernel("same", same, [4, 3, 1, 1]), [HalfLevel, HalfLevel, HalfLevel, HalfLevel]),
            new LinearStep("end", "map", new Kernel("read", read, [Places, 4 * Places]), new double[Places])
        ]);
        var found = Integers(network, new() { ["map"] = new ActivationRange(-127 / 127.5, 128 / 127.5) }, [network.Steps[^1]], pixels);

        Assert.Equal([.. Enumerable.Range(0, Places).Select(value => (float)((value - 127) / 127.5))], found, (left, right) => Math.Abs(left - right) < 1e-4);
    }

    [Fact]
    public void Groups_of_two_are_computed_in_integers_as_in_floats()
    {
        const int Channels = 16;
        var random = new Random(1);
        var whole = new Network(Side,
        [
            new PixelStep("scaled", "pixels", 1 / 127.5f, -1), new ConvolutionStep("first", "scaled", Kernel("first", Channels, 3, 3) with { Padding = 1 }, Bias(Channels)), new SlopeStep("bent", "first", [.. Enumerable.Range(0, Channels).Select(i => i / 20f)]),
            new ConvolutionStep("pairs", "bent", Kernel("pairs", Channels, 2, 3) with { Padding = 1, Stride = 2, Groups = Channels / 2 }, Bias(Channels)), new SlopeStep("again", "pairs", [.. Enumerable.Range(0, Channels).Select(i => 1 - (i / 20f))]),
            new ConvolutionStep("mixed", "again", Kernel("mixed", Channels, Channels, 1), Bias(Channels)),
            new LinearStep("end", "mixed", Kernel("end", 8, Channels * Places / 4, 1) with { Shape = [8, Channels * Places / 4] }, new double[8])
        ]);
        var network = SlopeSplitting.Split(GroupSplitting.Split(whole));
        Assert.DoesNotContain(network.Steps, step => step is ConvolutionStep { Kernel: { Groups: > 1, Shape: [_, > 1, ..] } });
        float[] pixels = [.. Enumerable.Range(0, 3 * Places).Select(_ => (float)random.Next(256))];
        // Slopes alone are split, which a graph in floats cannot have: groups stay as they are.
        var expected = Run.Floats(SlopeSplitting.Split(whole), pixels);
        var found = Integers(network, FloatGraph.Watched(network).ToDictionary(value => value, _ => new ActivationRange(-4, 4)), [], pixels);

        var largest = expected.Max(Math.Abs);
        Assert.Equal(expected, found, (left, right) => Math.Abs(left - right) < 0.15 * largest);
        Assert.True(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(expected, found) > 0.99);

        Kernel Kernel(string name, int outputs, int inputs, int side)
        {
            var reach = Math.Sqrt(3.0 / (inputs * side * side));
            return new Kernel(name, [.. Enumerable.Range(0, outputs * inputs * side * side).Select(_ => (float)(((2 * random.NextDouble()) - 1) * reach))], [outputs, inputs, side, side]);
        }

        double[] Bias(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
    }

    public void Dispose() => _folder.Dispose();

    private float[] Integers(Network network, Dictionary<string, ActivationRange> ranges, Step[] inFloats, float[] pixels)
    {
        var weights = new IntegerWeights("weights.bin");
        File.WriteAllBytes(_folder.File("graph.onnx"), IntegerGraph.Of(network, "integers", ranges, weights, inFloats).ToByteArray());
        using (var stream = File.Create(_folder.File("weights.bin"))) weights.Write(stream);
        return Run.File(_folder.File("graph.onnx"), network.Side, pixels);
    }
}
