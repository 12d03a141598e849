using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// AdaFace: the margin follows the image's quality, read from the norm of its raw embedding against a running mean
/// and deviation of norms. A sharp face (large norm) gets an additive margin, a blurred one (small norm) an angular
/// margin, so that unidentifiable faces pull less. Kim et al., "AdaFace: Quality Adaptive Margin for Face
/// Recognition", CVPR 2022.
/// </summary>
/// <remarks>
/// With z = clip((norm - mean) / (deviation + 1e-3) * h, -1, 1), g_angle = -m z and g_add = m + m z, the target becomes
/// cos(theta + g_angle) - g_add. Norms are clipped to 0.001..100 and bear no gradient; the deviation is the unbiased
/// one, and a batch of one leaves it as it was. As in the authors' form the target's cosine is held to +-(1 - 1e-3) before
/// the arc cosine and theta + g_angle to 1e-3..pi - 1e-3 after it; the other identities' cosines are left as they are.
/// A distillation that pulls a branch's norms to the teacher's takes this signal away: pair it with the cosine form.
/// </remarks>
public sealed class AdaFaceLoss : MarginLoss
{
    private const double Epsilon = 1e-3;

    private readonly double _normConcentration;
    private readonly float _momentum;
    private readonly float _kept;
    private float _mean = 20;
    private float _deviation = 100;

    /// <param name="margin">m, from 0 to below pi: radians for the angular part, a cosine for the additive.</param>
    /// <param name="normConcentration">h, positive: how far a norm must lie from the mean to reach the full margin.</param>
    /// <param name="scale">s, positive.</param>
    /// <param name="momentum">t_alpha, above 0 to 1: the weight of a batch in the running mean and deviation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public AdaFaceLoss(double margin = 0.4, double normConcentration = 0.333, double scale = 64, double momentum = 0.01)
        : base(margin, scale)
    {
        if (!(normConcentration > 0 && double.IsFinite(normConcentration)))
            throw new ArgumentOutOfRangeException(nameof(normConcentration), normConcentration, "expected a positive number");
        if (!(momentum > 0 && momentum <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "expected above 0 to 1");
        _normConcentration = normConcentration;
        _momentum = (float)momentum;
        _kept = (float)(1 - momentum);
    }

    /// <summary>The running mean of the norms of raw embeddings; starts at 20.</summary>
    public double NormMean => _mean;

    /// <summary>The running standard deviation of those norms; starts at 100.</summary>
    public double NormDeviation => _deviation;

    /// <summary>Two values: <see cref="NormMean"/> and <see cref="NormDeviation"/>.</summary>
    public override IReadOnlyList<double> State => [_mean, _deviation];

    /// <inheritdoc/>
    private protected override (Tensor Others, Tensor Target) ApplyMargin(Tensor rawEmbeddings, Tensor cosines, Tensor target)
    {
        Tensor quality;
        using (no_grad())
        {
            var norms = rawEmbeddings.detach().norm(1, keepdim: true).clamp(LastingScalar.Of(0.001), LastingScalar.Of(100));
            _mean = norms.mean().item<float>() * _momentum + _mean * _kept;
            if (norms.shape[0] > 1) _deviation = norms.std().item<float>() * _momentum + _deviation * _kept;
            quality = norms.Minus(_mean).div(LastingScalar.Of(_deviation + Epsilon)).Times(_normConcentration).clamp(LastingScalar.Of(-1), LastingScalar.One);
        }

        var angle = target.clamp(LastingScalar.Of(Epsilon - 1), LastingScalar.Of(1 - Epsilon)).acos();
        var widened = (angle - quality.Times(Margin)).clamp(LastingScalar.Of(Epsilon), LastingScalar.Of(Math.PI - Epsilon)).cos();
        return (cosines, widened - quality.Times(Margin).Plus(Margin));
    }

    private protected override void SetState(IReadOnlyList<double> state)
    {
        _mean = (float)state[0];
        _deviation = (float)state[1];
    }
}
