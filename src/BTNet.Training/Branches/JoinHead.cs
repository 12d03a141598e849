using BTNet.Training.Backbones;

namespace BTNet.Training.Branches;

/// <summary>A branch's own layers for a recogniser's join: from <c>[N, 3, r, r]</c> to the join's <c>[N, C, r, r]</c>.</summary>
internal static class JoinHead
{
    /// <param name="shape">Of what, how wide and how deep.</param>
    /// <param name="channels">Channels of the join.</param>
    public static Sequence Of(BranchShape shape, int channels)
    {
        var w = shape.Width!.Value;
        List<Layer> layers = [new Convolution("stem.conv", 3, w, 3, padding: 1), new NormSlope("stem.norm", "stem.slope", w)];
        for (var i = 0; i < shape.Depth; i++) layers.Add(shape.Blocks == BranchBlocks.Residual ? Residual($"blocks.{i}", w) : Inverted($"blocks.{i}", w));
        layers.Add(new Convolution("join.conv", w, channels, 1));
        layers.Add(new Norm("join.norm", channels));
        return new Sequence([.. layers]);
    }

    private static Residual Residual(string key, int w) => new(
        new Sequence(
            new Convolution($"{key}.conv1", w, w, 3, padding: 1), new NormSlope($"{key}.norm1", $"{key}.slope", w),
            new Convolution($"{key}.conv2", w, w, 3, padding: 1)),
        new Norm($"{key}.norm2", w));

    private static Residual Inverted(string key, int w) => new(
        new Sequence(
            new Convolution($"{key}.conv1", w, 2 * w, 1), new NormSlope($"{key}.norm1", $"{key}.slope1", 2 * w),
            new Convolution($"{key}.conv2", 2 * w, 2 * w, 3, padding: 1, groups: 2 * w), new NormSlope($"{key}.norm2", $"{key}.slope2", 2 * w),
            new Convolution($"{key}.conv3", 2 * w, w, 1)),
        new Norm($"{key}.norm3", w));
}
