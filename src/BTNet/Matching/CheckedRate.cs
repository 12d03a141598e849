namespace BTNet.Matching;

/// <summary>What a rate asked for came to.</summary>
/// <param name="Resolutions">At which resolutions.</param>
/// <param name="Way">How thresholds were found.</param>
/// <param name="GallerySize">In a gallery of so many people.</param>
/// <param name="Asked">The rate asked for.</param>
/// <param name="Obtained">The mean rate obtained.</param>
/// <param name="Deviation">Its standard deviation over splits.</param>
public sealed record CheckedRate(MatchedResolutions Resolutions, CheckedWay Way, int GallerySize, double Asked, double Obtained, double Deviation)
{
    /// <summary>How far from the rate asked for, in the mean square.</summary>
    public double Error => Math.Sqrt(((Obtained - Asked) * (Obtained - Asked)) + (Deviation * Deviation));
}

/// <summary>How thresholds were found that a check compares.</summary>
public enum CheckedWay
{
    /// <summary>As calibrations are made: probe by probe, and with one shape of the tail for all resolutions.</summary>
    AsCalibrated,

    /// <summary>Probe by probe, each two resolutions with a shape of their own.</summary>
    OwnTail,

    /// <summary>With all comparisons taken for independent, and one shape of the tail.</summary>
    Independent
}
