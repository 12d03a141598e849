using BTNet.Training.Quantization;

namespace BTNet.Training;

/// <summary>How a package's networks are brought to 8-bit integers. Every value has a default.</summary>
public sealed record QuantizationOptions
{
    /// <summary>How the range of each map is chosen. Default <see cref="RangeMethod.Percentile"/>, which lost least where it was measured.</summary>
    public RangeMethod Ranges { get; init; } = RangeMethod.Percentile;

    /// <summary>Whether the first convolution, which sees the pixels, computes in floats. Default false.</summary>
    public bool FirstInFloats { get; init; }

    /// <summary>Whether the last product, which makes the embedding, computes in floats. Default false.</summary>
    public bool LastInFloats { get; init; }

    /// <summary>Every fault of these options, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Ranges)) yield return $"Ranges is {Ranges}, expected one of {string.Join(", ", Enum.GetNames<RangeMethod>())}";
    }
}
