namespace BTNet.Training.Backbones.Onnx;

/// <summary>Which of a recogniser's maps of one size a branch joins.</summary>
public enum JoinPlace
{
    /// <summary>The earliest finished one: as much of the recogniser as can be is shared, and the branch is smallest.</summary>
    Earliest,

    /// <summary>The last of the finished ones that are as wide as what goes from block to block: what is compared there is nearer to the embedding.</summary>
    Deepest
}
