namespace BTNet.Training.Quantization;

/// <summary>One operation of a network on its way to integers. Values between steps go by names.</summary>
/// <param name="Output">The value that it makes.</param>
internal abstract record Step(string Output)
{
    /// <summary>The values that it reads.</summary>
    public abstract IReadOnlyList<string> Inputs { get; }
}

/// <summary>Pixels of 0 to 255 as the network takes them: x times a scale plus a shift.</summary>
internal sealed record PixelStep(string Output, string Pixels, float Scale, float Shift) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => [Pixels];
}

/// <summary>A convolution, what it adds to each channel, and whether what is below zero becomes zero.</summary>
internal sealed record ConvolutionStep(string Output, string Input, Kernel Kernel, double[] Bias, bool Relu = false) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => [Input];
}

/// <summary>Each channel times a scale plus a shift: what a batch norm is when it no longer learns.</summary>
internal sealed record NormStep(string Output, string Input, double[] Scale, double[] Shift) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => [Input];
}

/// <summary>PReLU with a slope for each channel.</summary>
internal sealed record SlopeStep(string Output, string Input, float[] Slopes) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => [Input];
}

/// <summary>The sum of two values.</summary>
internal sealed record AddStep(string Output, string Left, string Right) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => [Left, Right];
}

/// <summary>Channels in blocks, all of the first block before those of the second, with the blocks beside each other instead: of C channels and W columns C / blocks
/// channels and W * blocks columns, where a column's blocks follow each other.</summary>
internal sealed record BesideStep(string Output, string Input, int Blocks) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => [Input];
}

/// <summary>The channels of several values one after another. Their levels are those of the whole.</summary>
internal sealed record JoinStep(string Output, IReadOnlyList<string> Parts) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => Parts;
}

/// <summary>The value as one row of numbers, times a matrix (a convolution whose kernel covers the whole map), plus a bias.</summary>
internal sealed record LinearStep(string Output, string Input, Kernel Kernel, double[] Bias) : Step(Output)
{
    public override IReadOnlyList<string> Inputs => [Input];
}

/// <summary>Weights, a row for each output, each row times a factor. The factor is kept apart so that what is folded into
/// it leaves the weights as they are, and resolutions that share them go on doing so.</summary>
/// <param name="Name">What the weights are called.</param>
/// <param name="Values">The weights as they were trained.</param>
/// <param name="Shape">Outputs first.</param>
/// <param name="Factors">One for each output.</param>
internal sealed record Kernel(string Name, float[] Values, long[] Shape, double[] Factors)
{
    public Kernel(string name, float[] values, long[] shape)
        : this(name, values, shape, [.. Enumerable.Repeat(1.0, (int)shape[0])])
    {
    }

    /// <summary>Step from row to row, and <see cref="Across"/> times as many from column to column.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros above and below the input, and <see cref="Across"/> times as many beside it.</summary>
    public int Padding { get; init; }

    /// <summary>How many times as wide as high it is: as many blocks of channels lie beside each other in what it reads.</summary>
    public int Across => (int)(Shape[3] / Shape[2]);

    /// <summary>Groups of channels.</summary>
    public int Groups { get; init; } = 1;

    public int Outputs => (int)Shape[0];

    /// <summary>Weights of one output.</summary>
    public int RowLength => Values.Length / Outputs;

    /// <summary>A convolution of each channel with a number of its own.</summary>
    public static Kernel PerChannel(string name, IEnumerable<double> factors)
    {
        float[] values = [.. factors.Select(factor => (float)factor)];
        return new Kernel(name, values, [values.Length, 1, 1, 1]) { Groups = values.Length };
    }

    /// <summary>The outputs in another order.</summary>
    /// <param name="order">For each place the output that comes there.</param>
    public Kernel WithOutputs(int[] order)
    {
        var values = new float[order.Length * RowLength];
        for (var i = 0; i < order.Length; i++) Values.AsSpan(order[i] * RowLength, RowLength).CopyTo(values.AsSpan(i * RowLength));
        return this with { Values = values, Shape = [order.Length, .. Shape[1..]], Factors = Array.ConvertAll(order, output => Factors[output]) };
    }

    /// <summary>For inputs in another order, or more of them.</summary>
    /// <param name="order">For each input the channel that comes there; -1 for one that counts for nothing.</param>
    /// <param name="channels">How many channels there are.</param>
    public Kernel WithInputs(int[] order, int channels)
    {
        var (places, length) = (RowLength / channels, RowLength / channels * order.Length);
        var values = new float[Outputs * length];
        for (var output = 0; output < Outputs; output++)
        {
            for (var i = 0; i < order.Length; i++)
                if (order[i] >= 0) Values.AsSpan((output * RowLength) + (order[i] * places), places).CopyTo(values.AsSpan((output * length) + (i * places)));
        }

        return this with { Values = values, Shape = Shape.Length == 2 ? [Shape[0], length] : [Shape[0], order.Length, .. Shape[2..]] };
    }

    /// <summary>The weights with their factors in them.</summary>
    public float[] Folded()
    {
        var folded = new float[Values.Length];
        for (var i = 0; i < folded.Length; i++) folded[i] = (float)(Values[i] * Factors[i / RowLength]);
        return folded;
    }
}
