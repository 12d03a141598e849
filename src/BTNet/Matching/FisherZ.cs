namespace BTNet.Matching;

/// <summary>
/// Cosines on a scale without ends: z = artanh(score), Fisher's transformation of correlations (Fisher 1915). A cosine ends at 1, so probes that are like everybody have their high scores pressed together; on
/// this scale mean and deviation say the same of all probes, and no threshold lies above 1.
/// </summary>
internal static class FisherZ
{
    // Of a face and itself, give or take rounding.
    private const double Greatest = 0.999999;

    public static double Of(double cosine) => Math.Atanh(Math.Clamp(cosine, -Greatest, Greatest));

    public static double Back(double z) => Math.Tanh(z);
}
