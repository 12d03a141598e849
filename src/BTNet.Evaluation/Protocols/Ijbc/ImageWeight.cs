using System.Globalization;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>How much an image counts among those of its medium: what its feature of length 1 is multiplied by.</summary>
public enum ImageWeight
{
    /// <summary>As much as any other.</summary>
    None,

    /// <summary>The detector's score.</summary>
    Detector,

    /// <summary>The length of its raw feature, which many networks give sharp faces more of: the feature is taken as it is.</summary>
    Norm,

    /// <summary>The product of the detector's score and the length: InsightFace's default.</summary>
    Both,

    /// <summary>How useful the image is to recognise its person by, as the model's calibration tells from its resolution, its sharpness and the length of its raw feature (<see cref="BTNet.Matching.FaceQuality"/>).</summary>
    Quality,
}

/// <summary>What the weights are.</summary>
internal static class ImageWeights
{
    /// <summary>What a raw feature is multiplied by.</summary>
    /// <param name="weight">Which weight.</param>
    /// <param name="norm">The feature's length; one of length 0 stays zeros.</param>
    /// <param name="score">The detector's score.</param>
    /// <param name="quality">How useful the image is, 0 to 1; not looked at where weights are others.</param>
    public static float Factor(ImageWeight weight, float norm, float score, float quality) => weight switch
    {
        ImageWeight.None => Inverse(norm),
        ImageWeight.Detector => score * Inverse(norm),
        ImageWeight.Norm => 1,
        ImageWeight.Both => score,
        ImageWeight.Quality => quality * Inverse(norm),
        _ => throw new ArgumentOutOfRangeException(nameof(weight), weight, "no such weight")
    };

    /// <summary>Refuses detector's scores that would turn features round or leave nothing of them, where these are multiplied by them.</summary>
    /// <exception cref="InputException">There are some.</exception>
    public static void Require(ImageWeight weight, IjbcSet set)
    {
        if (weight is not (ImageWeight.Detector or ImageWeight.Both)) return;
        var low = Enumerable.Range(0, set.Images.Count).Where(image => !(set.Images.Scores[image] > 0)).ToList();
        if (low.Count == 0) return;
        throw new InputException(string.Create(CultureInfo.InvariantCulture,
            $"{set.Name}: {low.Count} of {set.Images.Count} images have a detector's score of 0 or below, first of them {set.Images.Names[low[0]]} with {set.Images.Scores[low[0]]}; expected scores above 0, as features are multiplied by them. ")
            + "Mend their lines in the list of points and scores, or weigh images by none or norm (--weight)");
    }

    private static float Inverse(float norm) => norm > 0 ? 1 / norm : 0;
}
