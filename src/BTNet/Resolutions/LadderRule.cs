namespace BTNet.Resolutions;

/// <summary>Which rung a size between two rungs goes to.</summary>
public enum LadderRule
{
    /// <summary>The smallest rung that holds the whole size, so that no pixel is lost; the paper's choice.</summary>
    Ceil,

    /// <summary>The nearest rung, the lower one where both are as near.</summary>
    Near,

    /// <summary>The largest rung that the size fills, so that no pixel is invented.</summary>
    Floor,
}
