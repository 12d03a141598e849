namespace BTNet.Training.Quantization;

/// <summary>Writes convolutions in groups of a few channels as convolutions of single channels, without a change to what the network computes.</summary>
internal static class GroupSplitting
{
    /// <summary>Beyond that, kernels become too wide to be a gain.</summary>
    private const int GreatestGroup = 4;

    /// <summary>
    /// ONNX Runtime convolves in integers well where a group is one channel or all of them; groups of two, of which MobileFaceNet has one layer, take
    /// it twenty times as long. Channels are put in another order, the first of all groups before the second of all, which the layers before and behind take
    /// into their weights. With these blocks of channels beside each other in a row, each block of outputs is a convolution of single
    /// channels with a kernel so many times as wide: one column of it a block. A convolution whose neighbours cannot take the order is left.
    /// </summary>
    public static Network Split(Network network)
    {
        var steps = network.Steps.ToList();
        foreach (var grouped in network.Steps.OfType<ConvolutionStep>().Where(step => !step.Relu && Fits(step.Kernel)).ToList())
        {
            var current = new Network(network.Side, steps);
            if (Before(current, grouped) is not { } before || Behind(current, grouped) is not { } behind) continue;
            var order = Order(grouped.Kernel);
            foreach (var step in before) steps[steps.IndexOf(step)] = Outputs(step, order);
            foreach (var step in behind) steps[steps.IndexOf(step)] = step == behind[^1] ? Inputs(step, order) : Outputs(step, order);
            var place = steps.IndexOf(grouped);
            steps.RemoveAt(place);
            steps.InsertRange(place, Parts(grouped, order));
        }

        return new Network(network.Side, steps);
    }

    private static bool Fits(Kernel kernel) => kernel.Groups > 1 && kernel.Shape[1] is > 1 and <= GreatestGroup && kernel.Outputs == kernel.Groups * kernel.Shape[1] && kernel.Across == 1;

    /// <summary>For each place the channel that comes there.</summary>
    private static int[] Order(Kernel kernel)
    {
        var (groups, size) = (kernel.Groups, (int)kernel.Shape[1]);
        return [.. Enumerable.Range(0, groups * size).Select(place => (place % groups * size) + (place / groups))];
    }

    /// <summary>The convolution whose outputs are to be put in order and what lies between; null where it is none.</summary>
    private static List<Step>? Before(Network network, ConvolutionStep grouped)
    {
        List<Step> before = [];
        for (var value = grouped.Input; ;)
        {
            if (network.Readers(value) != 1 || network.Maker(value) is not { } maker) return null;
            before.Add(maker);
            if (maker is ConvolutionStep { Kernel.Groups: 1 }) return before;
            if (maker is not SlopeStep slope) return null;
            value = slope.Input;
        }
    }

    /// <summary>What lies between and the layer whose inputs are to be put in order; null where it is none.</summary>
    private static List<Step>? Behind(Network network, ConvolutionStep grouped)
    {
        List<Step> behind = [];
        for (var value = grouped.Output; ; value = behind[^1].Output)
        {
            if (network.Readers(value) != 1) return null;
            behind.Add(network.Steps.First(step => step.Inputs.Contains(value)));
            if (behind[^1] is LinearStep or ConvolutionStep { Kernel.Groups: 1 }) return behind;
            if (behind[^1] is not SlopeStep) return null;
        }
    }

    private static Step Outputs(Step step, int[] order) => step switch
    {
        ConvolutionStep convolution => convolution with { Kernel = Named(convolution.Kernel.WithOutputs(order)), Bias = Array.ConvertAll(order, channel => convolution.Bias[channel]) },
        SlopeStep slope => slope with { Slopes = Array.ConvertAll(order, channel => slope.Slopes[channel]) },
        _ => throw new ArgumentException($"{step} has no channels to put in order", nameof(step))
    };

    private static Step Inputs(Step step, int[] order) => step switch
    {
        ConvolutionStep convolution => convolution with { Kernel = Named(convolution.Kernel.WithInputs(order, order.Length)) },
        LinearStep linear => linear with { Kernel = Named(linear.Kernel.WithInputs(order, order.Length)) },
        _ => throw new ArgumentException($"{step} has no channels to put in order", nameof(step))
    };

    private static Kernel Named(Kernel kernel) => kernel with { Name = $"{kernel.Name}.ordered" };

    private static IEnumerable<Step> Parts(ConvolutionStep step, int[] order)
    {
        var size = (int)step.Kernel.Shape[1];
        var beside = new BesideStep($"{step.Output}.beside", step.Input, size);
        yield return beside;
        for (var block = 0; block < size; block++)
        {
            var outputs = order.AsSpan(block * step.Kernel.Groups, step.Kernel.Groups).ToArray();
            yield return new ConvolutionStep($"{step.Output}.{block}", beside.Output, Wide(step.Kernel.WithOutputs(outputs), block), Array.ConvertAll(outputs, output => step.Bias[output]));
        }

        yield return new JoinStep(step.Output, [.. Enumerable.Range(0, size).Select(block => $"{step.Output}.{block}")]);
    }

    /// <summary>A block's kernels, whose planes for the channels of a group become columns beside each other.</summary>
    private static Kernel Wide(Kernel kernel, int block)
    {
        var (size, rows, columns) = ((int)kernel.Shape[1], (int)kernel.Shape[2], (int)kernel.Shape[3]);
        var values = new float[kernel.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (line, column) = (i / columns, i % columns);
            var (output, plane, row) = (line / (size * rows), line / rows % size, line % rows);
            values[(((((output * rows) + row) * columns) + column) * size) + plane] = kernel.Values[i];
        }

        return kernel with { Name = $"{kernel.Name}.{block}", Values = values, Shape = [kernel.Outputs, 1, rows, columns * size] };
    }
}
