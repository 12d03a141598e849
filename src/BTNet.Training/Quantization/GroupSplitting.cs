namespace BTNet.Training.Quantization;

/// <summary>Writes convolutions in groups of a few channels as convolutions of single channels, without a change to what they compute.</summary>
internal static class GroupSplitting
{
    /// <summary>Beyond that, as many convolutions as a group has channels are no gain.</summary>
    private const int GreatestGroup = 4;

    /// <summary>
    /// ONNX Runtime convolves in integers well where a group is one channel or all of them; groups of two, of which MobileFaceNet has one layer, take
    /// it twenty times as long. Such a layer is a sum: each channel with its own weight for itself, and with that for its neighbour of
    /// the channels moved on by one within their groups. To move channels is a convolution, which is exact in integers.
    /// </summary>
    public static Network Split(Network network) => new(network.Side, [.. network.Steps.SelectMany(step => step is ConvolutionStep { Relu: false } convolution && Fits(convolution.Kernel) ? Parts(convolution) : [step])]);

    private static bool Fits(Kernel kernel) => kernel.Groups > 1 && kernel.Shape[1] is > 1 and <= GreatestGroup && kernel.Outputs == kernel.Groups * kernel.Shape[1];

    private static IEnumerable<Step> Parts(ConvolutionStep step)
    {
        var size = (int)step.Kernel.Shape[1];
        var sum = $"{step.Output}.0";
        yield return Neighbours(step, 0, size, sum, step.Input, step.Bias);
        for (var distance = 1; distance < size; distance++)
        {
            var moved = $"{step.Output}.moved{distance}";
            yield return Moved(step, distance, size, moved);
            yield return Neighbours(step, distance, size, $"{step.Output}.{distance}", moved, new double[step.Kernel.Outputs]);
            var next = distance == size - 1 ? step.Output : $"{step.Output}.sum{distance}";
            yield return new AddStep(next, sum, $"{step.Output}.{distance}");
            sum = next;
        }
    }

    /// <summary>Each channel with the weights that its output has for the channel so far from it in its group.</summary>
    private static ConvolutionStep Neighbours(ConvolutionStep step, int distance, int size, string output, string input, double[] bias)
    {
        var kernel = step.Kernel;
        var places = kernel.RowLength / size;
        var values = new float[kernel.Outputs * places];
        for (var channel = 0; channel < kernel.Outputs; channel++)
            kernel.Values.AsSpan((channel * kernel.RowLength) + (((channel % size) + distance) % size * places), places).CopyTo(values.AsSpan(channel * places));
        return new ConvolutionStep(output, input, kernel with { Name = $"{kernel.Name}.{distance}", Values = values, Shape = [kernel.Outputs, 1, kernel.Shape[2], kernel.Shape[3]], Groups = kernel.Outputs }, bias);
    }

    private static ConvolutionStep Moved(ConvolutionStep step, int distance, int size, string output)
    {
        var channels = step.Kernel.Outputs;
        var values = new float[channels * channels];
        for (var channel = 0; channel < channels; channel++) values[(channel * channels) + channel - (channel % size) + (((channel % size) + distance) % size)] = 1;
        return new ConvolutionStep(output, step.Input, new Kernel($"{step.Kernel.Name}.moved{distance}", values, [channels, channels, 1, 1]), new double[channels]);
    }
}
