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

    /// <summary>Step in both directions.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Zeros around the input.</summary>
    public int Padding { get; init; }

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

    /// <summary>The weights with their factors in them.</summary>
    public float[] Folded()
    {
        var folded = new float[Values.Length];
        for (var i = 0; i < folded.Length; i++) folded[i] = (float)(Values[i] * Factors[i / RowLength]);
        return folded;
    }
}
