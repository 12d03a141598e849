namespace BTNet.Resolutions;

/// <summary>Which number stands for the size of a face that is not square.</summary>
public enum SizeIndicator
{
    /// <summary>The longer side; the paper's choice.</summary>
    Max,

    /// <summary>The shorter side.</summary>
    Min,

    /// <summary>The mean of both sides, rounded down.</summary>
    Average,
}
