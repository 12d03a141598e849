namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>One embedding of an image: in a view, as it is or mirrored.</summary>
internal readonly record struct ImageSight(FaceView View, bool Mirrored);

/// <summary>What the feature of an image is: a raw embedding, or the sum of two.</summary>
internal readonly record struct TemplateView(ImageSight First, ImageSight? Second)
{
    /// <summary>The embeddings that it takes.</summary>
    public IEnumerable<ImageSight> Sights => Second is { } second ? [First, second] : [First];

    /// <summary>What enrolled templates, and what probes are made of.</summary>
    public static (TemplateView Enrolled, TemplateView Probe) Of(IjbcMode mode, SmallFaceWay way, bool flip)
    {
        var (first, second) = (FaceView.Of(mode.Sides.First, way), FaceView.Of(mode.Sides.Second, way));
        if (!mode.Aggregates) return (Alone(first), Alone(second));
        var joined = new TemplateView(new ImageSight(first, false), new ImageSight(second, true));
        return (joined, joined);

        TemplateView Alone(FaceView view) => new(new ImageSight(view, false), flip ? new ImageSight(view, true) : null);
    }
}
