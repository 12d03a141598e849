namespace BTNet.Training.Losses;

/// <summary>How far a branch is from its teacher, measured in one of two ways.</summary>
public enum DistillationForm
{
    /// <summary>
    /// The paper's: mean squared difference of the maps at the join, and of the raw embeddings. Pulls the norm of a
    /// branch's embedding to the teacher's, so the norm no longer tells a good face from a bad one.
    /// </summary>
    Mse,

    /// <summary>
    /// 1 - cosine: of the channel vectors at each position of the maps, averaged over positions, and of the
    /// embeddings. Norms stay free. For maps it is half the squared distance of the L2-normalised channel vectors.
    /// </summary>
    Cosine,
}
