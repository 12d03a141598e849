using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// CurricularFace: ArcFace's target, and every other identity that beats it (a hard negative) is reweighted to
/// cos (t + cos), where t follows the mean target cosine: hard negatives count little early and much late. Huang et
/// al., "CurricularFace: Adaptive Curriculum Learning Loss for Deep Face Recognition", CVPR 2020.
/// </summary>
public sealed class CurricularFaceLoss : MarginLoss
{
    private const float Momentum = 0.01f;
    private const float Kept = 0.99f;

    private readonly AngularMargin _angular;
    private float _t;

    /// <param name="margin">m, in radians, from 0 to below pi.</param>
    /// <param name="scale">s, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public CurricularFaceLoss(double margin = 0.5, double scale = 64)
        : base(margin, scale) => _angular = new AngularMargin(margin);

    /// <summary>The running mean t of the target cosine, from which the weight of hard negatives follows; starts at 0.</summary>
    public double T => _t;

    /// <summary>One value: <see cref="T"/>.</summary>
    public override IReadOnlyList<double> State => [_t];

    /// <inheritdoc/>
    private protected override (Tensor Others, Tensor Target) ApplyMargin(Tensor rawEmbeddings, Tensor cosines, Tensor target)
    {
        var shifted = _angular.Shifted(target);
        Tensor hard;
        using (no_grad())
        {
            // Hard is measured against cos(theta + m) itself, not its fallback; and t moves before it is used.
            hard = cosines > shifted;
            _t = target.mean().item<float>() * Momentum + _t * Kept;
        }

        return (where(hard, cosines * cosines.Plus(_t), cosines), _angular.WithFallback(target, shifted));
    }

    private protected override void SetState(IReadOnlyList<double> state) => _t = (float)state[0];
}
