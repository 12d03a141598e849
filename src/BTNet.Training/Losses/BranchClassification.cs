namespace BTNet.Training.Losses;

/// <summary>Which identities a branch is trained to tell apart, besides following its teacher.</summary>
public enum BranchClassification
{
    /// <summary>
    /// The trunk's, by the trunk's own frozen classifier (backward-compatible training; the paper's form). Every
    /// identity of the data set must be among the classifier's.
    /// </summary>
    FrozenTrunkClassifier,

    /// <summary>None: the branch follows the teacher only. Any faces will do, named or not.</summary>
    DistillationOnly,

    /// <summary>
    /// The data set's own, by a new classifier trained with the branch. Nothing but the distillation then ties the
    /// branch's embeddings to the trunk's.
    /// </summary>
    FreshHead,
}
