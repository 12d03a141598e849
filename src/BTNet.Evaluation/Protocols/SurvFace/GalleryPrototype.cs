namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>What stands for an enrolled person of whom there are several faces.</summary>
public enum GalleryPrototype
{
    /// <summary>The mean of the raw embeddings, so that those of greater length weigh more; the paper's script.</summary>
    Raw,

    /// <summary>The mean of the embeddings at length 1, so that each face weighs as much.</summary>
    Normalised,
}
