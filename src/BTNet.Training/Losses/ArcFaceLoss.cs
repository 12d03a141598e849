using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// ArcFace: the target's angle is widened by a margin, s cos(theta + m). Deng et al., "ArcFace: Additive Angular
/// Margin Loss for Deep Face Recognition", CVPR 2019.
/// </summary>
public sealed class ArcFaceLoss : MarginLoss
{
    private readonly AngularMargin _angular;

    /// <param name="margin">m, in radians, from 0 to below pi.</param>
    /// <param name="scale">s, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public ArcFaceLoss(double margin = 0.5, double scale = 64)
        : base(margin, scale) => _angular = new AngularMargin(margin);

    /// <inheritdoc/>
    private protected override (Tensor Others, Tensor Target) ApplyMargin(Tensor rawEmbeddings, Tensor cosines, Tensor target) =>
        (cosines, _angular.WithFallback(target, _angular.Shifted(target)));
}
