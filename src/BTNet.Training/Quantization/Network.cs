namespace BTNet.Training.Quantization;

/// <summary>The network of one resolution as steps, each behind those whose values it reads.</summary>
/// <param name="Side">Side of the faces.</param>
/// <param name="Steps">What is done; the last makes the embedding.</param>
internal sealed record Network(int Side, IReadOnlyList<Step> Steps)
{
    /// <summary>Numbers in an embedding.</summary>
    public int EmbeddingSize => Steps[^1] is LinearStep linear ? linear.Kernel.Outputs : throw new InvalidOperationException("a network that does not end with a product");

    /// <summary>The step that makes a value; null for the pixels.</summary>
    public Step? Maker(string value) => Steps.FirstOrDefault(step => step.Output == value);

    /// <summary>How many steps read a value.</summary>
    public int Readers(string value) => Steps.Count(step => step.Inputs.Contains(value));

    /// <summary>The channels of a value.</summary>
    public long Channels(string value) => Maker(value) switch
    {
        ConvolutionStep convolution => convolution.Kernel.Outputs,
        PixelStep => 3,
        BesideStep beside => Channels(beside.Input) / beside.Blocks,
        JoinStep join => join.Parts.Sum(Channels),
        { } step => Channels(step.Inputs[0]),
        null => throw new ArgumentException($"nothing makes {value}", nameof(value))
    };
}
