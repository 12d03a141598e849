namespace BTNet.Training.Quantization;

/// <summary>Takes the batch norms out of a network, without a change to what it computes.</summary>
internal static class NormFolding
{
    /// <summary>
    /// A norm goes into the convolution or the product before it, where nothing else reads what that makes, or into the
    /// product behind it. One before a padded convolution cannot go into that: the zeros around the map come behind the
    /// norm. It stays as a convolution of single channels.
    /// </summary>
    public static Network Fold(Network network)
    {
        var steps = network.Steps.ToList();
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i] is not NormStep norm) continue;
            var current = new Network(network.Side, steps);
            var maker = steps.FindIndex(step => step.Output == norm.Input);
            var reader = steps.FindIndex(step => step.Inputs.Contains(norm.Output));
            if (maker >= 0 && current.Readers(norm.Input) == 1 && Behind(steps[maker], norm) is { } folded)
            {
                steps[maker] = folded;
                steps.RemoveAt(i--);
            }
            else if (reader >= 0 && current.Readers(norm.Output) == 1 && steps[reader] is LinearStep linear)
            {
                steps[reader] = Before(norm, linear);
                steps.RemoveAt(i--);
            }
            else
            {
                steps[i] = new ConvolutionStep(norm.Output, norm.Input, Kernel.PerChannel($"{norm.Output}.scale", norm.Scale), norm.Shift);
            }
        }

        return new Network(network.Side, steps);
    }

    /// <summary>A step and the norm behind it in one; null where it is none that takes a norm.</summary>
    private static Step? Behind(Step step, NormStep norm) => step switch
    {
        ConvolutionStep { Relu: false } convolution => convolution with { Output = norm.Output, Kernel = Scaled(convolution.Kernel, norm), Bias = Shifted(convolution.Bias, norm) },
        LinearStep linear => linear with { Output = norm.Output, Kernel = Scaled(linear.Kernel, norm), Bias = Shifted(linear.Bias, norm) },
        _ => null
    };

    private static Kernel Scaled(Kernel kernel, NormStep norm) => kernel with { Factors = [.. kernel.Factors.Zip(norm.Scale, (factor, scale) => factor * scale)] };

    private static double[] Shifted(double[] bias, NormStep norm) => [.. bias.Select((value, channel) => (value * norm.Scale[channel]) + norm.Shift[channel])];

    /// <summary>A norm and the product behind it in one; nothing is padded in between.</summary>
    private static LinearStep Before(NormStep norm, LinearStep linear)
    {
        var kernel = linear.Kernel;
        var (length, places) = (kernel.RowLength, kernel.RowLength / norm.Scale.Length);
        var values = new float[kernel.Values.Length];
        double[] bias = [.. linear.Bias];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, channel) = (i / length, i % length / places);
            values[i] = (float)(kernel.Values[i] * norm.Scale[channel]);
            bias[row] += kernel.Factors[row] * kernel.Values[i] * norm.Shift[channel];
        }

        return linear with { Input = norm.Input, Kernel = kernel with { Name = $"{kernel.Name}.behind_norm", Values = values }, Bias = bias };
    }
}
