namespace BTNet.Evaluation.Protocols;

/// <summary>What is done with a face that is smaller than the trunk's 112 pixels.</summary>
public enum SmallFaceWay
{
    /// <summary>It goes as it is to the branch of its resolution.</summary>
    Branch,

    /// <summary>It is enlarged to 112 and goes to the trunk: the baseline that branches are to beat.</summary>
    UpSample,
}
