using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>What came out for pairs of faces in the sizes that they have. A score is the cosine of the two embeddings.</summary>
public sealed class SurvFaceVerification
{
    /// <summary>The false accept rates of the challenge: 0.3, 0.1, 0.01 and 0.001.</summary>
    public static IReadOnlyList<double> FalseAcceptRates { get; } = [0.3, 0.1, 0.01, 0.001];

    /// <param name="scores">A score a pair.</param>
    /// <param name="same">Whether the pair shows one person.</param>
    /// <param name="folds">The fold of each pair, from 0, without gaps.</param>
    /// <exception cref="ArgumentException">Lengths differ, a score is not a number, or a label does not occur.</exception>
    public SurvFaceVerification(IReadOnlyList<double> scores, IReadOnlyList<bool> same, IReadOnlyList<int> folds)
    {
        Roc = RocCurve.Of(scores, same);
        Accuracy = KFoldAccuracy.Of(scores, same, folds);
        (Auc, AucInterval, Tars) = (Roc.Auc, Roc.AucInterval, [.. FalseAcceptRates.Select(Roc.TarAt)]);
    }

    /// <summary>The whole curve.</summary>
    public RocCurve Roc { get; }

    /// <summary>Accuracy with the threshold of the other folds; its mean is the mean accuracy of the challenge's tables.</summary>
    public KFoldAccuracy Accuracy { get; }

    /// <summary>Area under the curve, equal scores counting half.</summary>
    public double Auc { get; }

    /// <summary>DeLong's interval of <see cref="Auc"/>.</summary>
    public ConfidenceInterval AucInterval { get; }

    /// <summary>True accept rates at <see cref="FalseAcceptRates"/>.</summary>
    public IReadOnlyList<TarAtFar> Tars { get; }
}
