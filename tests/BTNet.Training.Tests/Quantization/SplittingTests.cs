using BTNet.Training.Quantization;

namespace BTNet.Training.Tests.Quantization;

public sealed class SplittingTests
{
    private const int Side = 7;
    private const int Channels = 4;

    private static readonly float[] Pixels = Run.Pixels(Side);

    [Theory]
    [InlineData(1)]
    [InlineData(1.5f)]
    public void Slopes_of_any_size_are_split_without_a_change(float greatest)
    {
        float[] slopes = [0.25f, greatest, -0.5f, 0];
        var before = Run.Floats(Ended([]), Pixels);
        var after = Run.Floats(SlopeSplitting.Split(Ended([new SlopeStep("last", "first", slopes)])), Pixels);
        Assert.Contains(before, value => value < -0.1f);
        float[] expected = [.. before.Select((value, i) => value < 0 ? value * slopes[i / (Side * Side)] : value)];
        Assert.Equal(expected, after, (left, right) => Math.Abs(left - right) < 1e-5);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Groups_of_a_few_channels_are_split_without_a_change(int size)
    {
        var kernel = new Kernel("grouped", [.. Enumerable.Range(0, Channels * size * 9).Select(i => MathF.Sin(i))], [Channels, size, 3, 3]) { Padding = 1, Groups = Channels / size, Factors = [1, -2, 0.5, 3] };
        // A single group is left: whole convolutions are computed well.
        var network = Ended([new ConvolutionStep("last", "first", kernel, [0.1, 0.2, 0.3, 0.4])]);
        var split = GroupSplitting.Split(network);

        Assert.Equal(size == Channels, split.Steps.SequenceEqual(network.Steps));
        Assert.Equal(Run.Floats(network, Pixels), Run.Floats(split, Pixels), (left, right) => Math.Abs(left - right) < 1e-5);
    }

    /// <summary>Pixels, a convolution to four channels, what is to be looked at, and then all numbers as they are.</summary>
    private static Network Ended(Step[] middle)
    {
        const int Numbers = Channels * Side * Side;
        var mixed = new Kernel("mixed", [1, -1, 0.5f, -0.5f, 1, 0, 0.3f, 0.3f, -1, 0, 0, 1], [Channels, 3, 1, 1]);
        var same = new float[Numbers * Numbers];
        for (var i = 0; i < Numbers; i++) same[(i * Numbers) + i] = 1;
        return new Network(Side,
        [
            new PixelStep("scaled", "pixels", 1 / 127.5f, -1), new ConvolutionStep("first", "scaled", mixed, [0, 0.1, -0.1, 0.2]), .. middle,
            new LinearStep("end", middle.Length == 0 ? "first" : "last", new Kernel("same", same, [Numbers, Numbers]), new double[Numbers])
        ]);
    }
}
