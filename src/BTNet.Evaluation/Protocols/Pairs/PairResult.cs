using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>What came out for one resolution pair.</summary>
public sealed class PairResult
{
    /// <summary>The false accept rates that are reported: 1e-1 to 1e-4.</summary>
    public static IReadOnlyList<double> FalseAcceptRates { get; } = [1e-1, 1e-2, 1e-3, 1e-4];

    private readonly Lazy<ConfidenceInterval> _equalErrorRateInterval;

    /// <param name="resolutions">At which resolutions the images were seen.</param>
    /// <param name="scores">A score a pair, higher for more alike.</param>
    /// <param name="same">Whether the pair shows one person.</param>
    /// <param name="accuracy">Judgement over the folds.</param>
    /// <exception cref="ArgumentException">Lengths differ, a score is not a number, or a label does not occur.</exception>
    public PairResult(ResolutionPair resolutions, IReadOnlyList<double> scores, IReadOnlyList<bool> same, KFoldAccuracy accuracy)
    {
        ArgumentNullException.ThrowIfNull(accuracy);
        (Resolutions, Scores, Same, Accuracy) = (resolutions, scores, same, accuracy);
        Roc = RocCurve.Of(scores, same);
        (Auc, AucInterval, EqualErrorRate) = (Roc.Auc, Roc.AucInterval, Roc.EqualErrorRate);
        _equalErrorRateInterval = new Lazy<ConfidenceInterval>(() => Roc.EqualErrorRateInterval);
        Tars = [.. FalseAcceptRates.Select(Roc.TarAt)];
    }

    /// <summary>At which resolutions the images were seen.</summary>
    public ResolutionPair Resolutions { get; }

    /// <summary>A score a pair, higher for more alike: the cosine, or less the squared distance in the
    /// reference-compatible mode.</summary>
    public IReadOnlyList<double> Scores { get; }

    /// <summary>Whether each pair shows one person.</summary>
    public IReadOnlyList<bool> Same { get; }

    /// <summary>Accuracy with the threshold of the other folds.</summary>
    public KFoldAccuracy Accuracy { get; }

    /// <summary>The whole curve.</summary>
    public RocCurve Roc { get; }

    /// <summary>Area under the curve, equal scores counting half.</summary>
    public double Auc { get; }

    /// <summary>DeLong's interval of <see cref="Auc"/>.</summary>
    public ConfidenceInterval AucInterval { get; }

    /// <summary>Where both error rates are equal; see <see cref="RocCurve.EqualErrorRate"/>.</summary>
    public double EqualErrorRate { get; }

    /// <summary>Bootstrap interval of <see cref="EqualErrorRate"/>, computed when first asked for; see
    /// <see cref="RocCurve.EqualErrorRateInterval"/>.</summary>
    public ConfidenceInterval EqualErrorRateInterval => _equalErrorRateInterval.Value;

    /// <summary>True accept rates at <see cref="FalseAcceptRates"/>, each with its interval, or with the reason why
    /// the pairs do not allow it. Thresholds are of <see cref="Scores"/>.</summary>
    public IReadOnlyList<TarAtFar> Tars { get; }

    /// <summary>The true accept rate at one of <see cref="FalseAcceptRates"/>.</summary>
    public TarAtFar TarAt(double far) => Tars.FirstOrDefault(tar => tar.Far == far) ?? Roc.TarAt(far);
}
