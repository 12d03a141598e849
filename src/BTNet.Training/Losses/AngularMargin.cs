using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>cos(theta + m) of ArcFace, with its fallback where theta + m would pass pi.</summary>
internal sealed class AngularMargin(double margin)
{
    // Below this, 1 - cos^2 is rounding noise of float32, and the root's gradient would be infinite at cos = +-1.
    private const double LeastSquaredSine = 1e-7;

    private readonly double _cos = Math.Cos(margin);
    private readonly double _sin = Math.Sin(margin);
    private readonly double _threshold = Math.Cos(Math.PI - margin);
    private readonly double _fallback = Math.Sin(Math.PI - margin) * margin;

    /// <summary>cos(theta + m) from cos(theta), by the addition theorem: no arc cosine, whose gradient blows up at the ends.</summary>
    public Tensor Shifted(Tensor target)
    {
        var sine = (target * target).FromOne().clamp_min(LastingScalar.Of(LeastSquaredSine)).sqrt();
        return target.Times(_cos) - sine.Times(_sin);
    }

    /// <summary>
    /// <paramref name="shifted"/>, but cos(theta) - m sin(pi - m) where theta + m passes pi: there the cosine would
    /// rise again and reward the worst embeddings.
    /// </summary>
    public Tensor WithFallback(Tensor target, Tensor shifted) =>
        where(target.gt(LastingScalar.Of(_threshold)), shifted, target.Minus(_fallback));
}
