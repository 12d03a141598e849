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
            yield return new Residual(Bottleneck($"{key}.layers.{i}", channels, channels, expanded, stride: 1));
    }

    /// <summary>1x1 to <paramref name="expanded"/>, depthwise 3x3 with the stride, linear 1x1 to <paramref name="outputs"/>.</summary>
    private static Sequence Bottleneck(string key, int inputs, int outputs, int expanded, int stride) => new(
        Unit($"{key}.layers.0", inputs, expanded, 1, 1, 0, groups: 1),
        Unit($"{key}.layers.1", expanded, expanded, 3, stride, 1, groups: expanded),
        LinearUnit($"{key}.layers.2", expanded, outputs, 1, groups: 1));

    private static Sequence Head(BackboneSpec spec)
    {
        var width = 8 * spec.Width;
        return new Sequence(
            Unit("conv_sep", 4 * spec.Width, width, 1, 1, 0, groups: 1),
            LinearUnit("features.layers.0", width, width, 7, groups: width, NormRole.HeadMap),
            new FlatLinear("features.layers.2", width, spec.EmbeddingSize, bias: false),
            new Norm("features.layers.3", spec.EmbeddingSize, NormRole.Embedding));
    }

    private static Sequence Unit(string key, int inputs, int outputs, int size, int stride, int padding, int groups) => new(
        new Convolution($"{key}.layers.0", inputs, outputs, size, stride, padding, groups),
        new Norm($"{key}.layers.1", outputs),
        new Slope($"{key}.layers.2", outputs));

    private static Sequence LinearUnit(string key, int inputs, int outputs, int size, int groups, NormRole role = NormRole.Block) => new(
        new Convolution($"{key}.layers.0", inputs, outputs, size, groups: groups), new Norm($"{key}.layers.1", outputs, role));
}
