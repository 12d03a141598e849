using BTNet.Resolutions;

namespace BTNet.Training.Backbones;

/// <summary>
/// IResNet, the residual network of ArcFace with pre-activation "improved" blocks (Deng et al., ArcFace, CVPR 2019,
/// section 3; Duta et al., "Improved Residual Networks", 2020), in the layout and with the keys of InsightFace.
/// Pyramid: 112 behind the stem, then 56, 28, 14 and 7 behind block 0 of stages 1 to 4.
/// </summary>
internal static class IResNet
{
    private const int Stages = 4;

    public static BackboneLayers Build(BackboneSpec spec, IReadOnlyList<int> blocks) => new(
        [.. Enumerable.Range(1, Stages).Select(stage => new PyramidLevel(
            Resolution.Of(Resolution.Full.Side >> stage), TailStart: 2 + blocks.Take(stage - 1).Sum()))],
        stride => Units(spec, blocks, stride));

    private static IEnumerable<Layer> Units(BackboneSpec spec, IReadOnlyList<int> blocks, int stride)
    {
        yield return Stem(spec);
        for (var stage = 1; stage <= Stages; stage++)
        {
            foreach (var block in Stage(spec, stage, stride, blocks[stage - 1])) yield return block;
        }

        yield return Head(spec);
    }

    private static Sequence Stem(BackboneSpec spec) => new(
        new Convolution("conv1", 3, spec.Width, 3, padding: 1), new NormSlope("bn1", "prelu", spec.Width));

    private static IEnumerable<Layer> Stage(BackboneSpec spec, int stage, int stride, int count)
    {
        var width = spec.Width << (stage - 1);
        var before = stage == 1 ? spec.Width : width / 2;
        for (var block = 0; block < count; block++)
            yield return Block($"layer{stage}.{block}", block == 0 ? before : width, width, block == 0 ? stride : 1);
    }

    private static Residual Block(string key, int inputs, int outputs, int stride) => new(
        new Sequence(
            new Norm($"{key}.bn1", inputs),
            new Convolution($"{key}.conv1", inputs, outputs, 3, padding: 1),
            new NormSlope($"{key}.bn2", $"{key}.prelu", outputs),
            new Convolution($"{key}.conv2", outputs, outputs, 3, stride, padding: 1)),
        new Norm($"{key}.bn3", outputs),
        stride == 1 && inputs == outputs
            ? null
            : new Sequence(
                new Convolution($"{key}.downsample.0", inputs, outputs, 1, stride),
                new Norm($"{key}.downsample.1", outputs, NormRole.Shortcut)));

    private static Sequence Head(BackboneSpec spec)
    {
        var width = spec.Width << (Stages - 1);
        var side = Resolution.Full.Side >> Stages;
        return new Sequence(
            new Norm("bn2", width, NormRole.HeadMap),
            new FlatLinear("fc", width * side * side, spec.EmbeddingSize, bias: true),
            new Norm("features", spec.EmbeddingSize, NormRole.Embedding));
    }
}
