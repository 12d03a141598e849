namespace BTNet.Training.Losses;

/// <summary>Which margin loss a recipe asks for.</summary>
public enum MarginKind
{
    /// <summary><see cref="CurricularFaceLoss"/>, the paper's; m 0.5.</summary>
    CurricularFace,

    /// <summary><see cref="ArcFaceLoss"/>; m 0.5.</summary>
    ArcFace,

    /// <summary><see cref="CosFaceLoss"/>; m 0.4.</summary>
    CosFace,

    /// <summary><see cref="AdaFaceLoss"/>; m 0.4.</summary>
    AdaFace,
}

/// <summary>Makes the loss that a <see cref="MarginKind"/> names.</summary>
public static class MarginKinds
{
    /// <summary>A new loss, its state at the start.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="margin">m; null for the kind's own default.</param>
    /// <param name="scale">s.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such kind, or a value out of its range.</exception>
    public static MarginLoss Create(this MarginKind kind, double? margin = null, double scale = 64) => kind switch
    {
        MarginKind.CurricularFace => new CurricularFaceLoss(margin ?? 0.5, scale),
        MarginKind.ArcFace => new ArcFaceLoss(margin ?? 0.5, scale),
        MarginKind.CosFace => new CosFaceLoss(margin ?? 0.4, scale),
        MarginKind.AdaFace => new AdaFaceLoss(margin ?? 0.4, scale: scale),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such margin loss"),
    };
}
