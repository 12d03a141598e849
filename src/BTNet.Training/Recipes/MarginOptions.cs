using BTNet.Training.Losses;

namespace BTNet.Training.Recipes;

/// <summary>The margin softmax over a cosine classifier.</summary>
public sealed record MarginOptions : IChecked
{
    /// <summary>Which margin. Default CurricularFace, the paper's.</summary>
    public MarginKind Kind { get; init; } = MarginKind.CurricularFace;

    /// <summary>The margin; null for the kind's own default (0.5; CosFace and AdaFace 0.4).</summary>
    public double? Margin { get; init; }

    /// <summary>What cosines are multiplied by. Default 64.</summary>
    public double Scale { get; init; } = 64;

    /// <summary>Share of the classes that a step's softmax runs over (PartialFC); the batch's own are always among them.
    /// Default 1: all.</summary>
    public double SampleRate { get; init; } = 1;

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        if (Margin is not null and not (>= 0 and < 1.5)) yield return $"margin: {Margin} is not between 0 and 1.5";
        if (Scale is not (> 0 and <= 1000)) yield return $"scale: {Scale} is not between 0 and 1000";
        if (SampleRate is not (> 0 and <= 1)) yield return $"sampleRate: {SampleRate} is not above 0 and at most 1";
    }
}
