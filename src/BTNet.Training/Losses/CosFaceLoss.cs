using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// CosFace: a margin is taken off the target's cosine, s (cos(theta) - m). Wang et al., "CosFace: Large Margin Cosine
/// Loss for Deep Face Recognition", CVPR 2018.
/// </summary>
public sealed class CosFaceLoss : MarginLoss
{
    /// <param name="margin">m, a cosine, from 0 to below pi.</param>
    /// <param name="scale">s, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public CosFaceLoss(double margin = 0.4, double scale = 64)
        : base(margin, scale)
    {
    }

    /// <inheritdoc/>
    private protected override (Tensor Others, Tensor Target) ApplyMargin(Tensor rawEmbeddings, Tensor cosines, Tensor target) =>
        (cosines, target.Minus(Margin));
}
