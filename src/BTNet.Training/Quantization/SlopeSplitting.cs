namespace BTNet.Training.Quantization;

/// <summary>Writes PReLU in operators that have a form for integers, without a change to what it computes.</summary>
internal static class SlopeSplitting
{
    /// <summary>
    /// PReLU of slope a is x + relu((a - 1) x) for a up to 1: a convolution of single channels, which cuts off at zero by the
    /// range of what it gives, and a sum. Where a slope is beyond 1 it is x + (1 - a) relu(-x), one convolution more.
    /// </summary>
    public static Network Split(Network network) => new(network.Side, [.. network.Steps.SelectMany(step => step is SlopeStep slope ? Parts(slope) : [step])]);

    private static IEnumerable<Step> Parts(SlopeStep slope)
    {
        var (bent, zeros) = ($"{slope.Output}.bent", new double[slope.Slopes.Length]);
        if (slope.Slopes.All(a => a <= 1))
        {
            yield return new ConvolutionStep(bent, slope.Input, Kernel.PerChannel($"{slope.Output}.slope", slope.Slopes.Select(a => a - 1.0)), zeros, Relu: true);
        }
        else
        {
            var negative = $"{slope.Output}.negative";
            yield return new ConvolutionStep(negative, slope.Input, Kernel.PerChannel($"{slope.Output}.minus", slope.Slopes.Select(_ => -1.0)), zeros, Relu: true);
            yield return new ConvolutionStep(bent, negative, Kernel.PerChannel($"{slope.Output}.slope", slope.Slopes.Select(a => 1.0 - a)), zeros);
        }

        yield return new AddStep(slope.Output, slope.Input, bent);
    }
}
