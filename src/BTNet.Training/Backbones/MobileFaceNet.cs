using BTNet.Resolutions;

namespace BTNet.Training.Backbones;

/// <summary>
/// MobileFaceNet (Chen et al., CCBR 2018) in the form and with the keys of InsightFace: twice the channels, PReLU.
/// The stem halves the image, so its pyramid is 56 (stem), 28, 14 and 7, without a level at 112.
/// </summary>
internal static class MobileFaceNet
{
    public static BackboneLayers Build(BackboneSpec spec) => new(
        [Level(56, tailStart: 1), Level(28, tailStart: 2), Level(14, tailStart: 7), Level(7, tailStart: 14)],
        stride => Units(spec, stride));

    private static PyramidLevel Level(int side, int tailStart) => new(Resolution.Of(side), tailStart);

    private static IEnumerable<Layer> Units(BackboneSpec spec, int stride)
    {
        var w = spec.Width;
        yield return Stem(w, stride);
        yield return Bottleneck("layers.2", 2 * w, 2 * w, 2 * w, stride);
        foreach (var block in Residuals("layers.3", 2 * w, 2 * w, 4)) yield return block;
        yield return Bottleneck("layers.4", 2 * w, 4 * w, 4 * w, stride);
        foreach (var block in Residuals("layers.5", 4 * w, 4 * w, 6)) yield return block;
        yield return Bottleneck("layers.6", 4 * w, 4 * w, 8 * w, stride);
        foreach (var block in Residuals("layers.7", 4 * w, 4 * w, 2)) yield return block;
        yield return Head(spec);
    }

    private static Sequence Stem(int w, int stride) => new(
        Unit("layers.0", 3, 2 * w, 3, stride, 1, groups: 1), Unit("layers.1", 2 * w, 2 * w, 3, 1, 1, groups: w));

    private static IEnumerable<Layer> Residuals(string key, int channels, int expanded, int count)
    {
        for (var i = 0; i < count; i++)
            yield return Residual($"{key}.layers.{i}", channels, expanded);
    }

    /// <summary>1x1 to <paramref name="expanded"/>, depthwise 3x3 with the stride, linear 1x1 to <paramref name="outputs"/>.</summary>
    private static Sequence Bottleneck(string key, int inputs, int outputs, int expanded, int stride) => new(
        Expansion(key, inputs, expanded, stride), Projection(key, expanded, outputs), ProjectionNorm(key, outputs));

    /// <summary>A bottleneck that keeps the shape, with a shortcut around it.</summary>
    private static Residual Residual(string key, int channels, int expanded) => new(
        new Sequence(Expansion(key, channels, expanded, stride: 1), Projection(key, expanded, channels)), ProjectionNorm(key, channels));

    private static Sequence Expansion(string key, int inputs, int expanded, int stride) => new(
        Unit($"{key}.layers.0", inputs, expanded, 1, 1, 0, groups: 1), Unit($"{key}.layers.1", expanded, expanded, 3, stride, 1, groups: expanded));

    private static Convolution Projection(string key, int inputs, int outputs) => new($"{key}.layers.2.layers.0", inputs, outputs, 1);

    private static Norm ProjectionNorm(string key, int channels) => new($"{key}.layers.2.layers.1", channels);

    private static Sequence Head(BackboneSpec spec)
    {
        var width = 8 * spec.Width;
        return new Sequence(
            Unit("conv_sep", 4 * spec.Width, width, 1, 1, 0, groups: 1),
            new Convolution("features.layers.0.layers.0", width, width, 7, groups: width),
            new Norm("features.layers.0.layers.1", width, NormRole.HeadMap),
            new FlatLinear("features.layers.2", width, spec.EmbeddingSize, bias: false),
            new Norm("features.layers.3", spec.EmbeddingSize, NormRole.Embedding));
    }

    private static Sequence Unit(string key, int inputs, int outputs, int size, int stride, int padding, int groups) => new(
        new Convolution($"{key}.layers.0", inputs, outputs, size, stride, padding, groups),
        new NormSlope($"{key}.layers.1", $"{key}.layers.2", outputs));
}
