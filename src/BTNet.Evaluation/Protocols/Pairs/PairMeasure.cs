namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>What the thresholds of a report are thresholds of.</summary>
public enum PairMeasure
{
    /// <summary>Cosine of the two embeddings, -1 to 1: one person where it is at least the threshold.</summary>
    Cosine,

    /// <summary>Squared Euclidean distance of the two normalised embeddings, 0 to 4: one person where it is below the threshold.</summary>
    SquaredDistance,
}
