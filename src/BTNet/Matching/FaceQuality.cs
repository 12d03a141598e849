using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>
/// How useful a face is to recognise its person by, in the sense of ISO/IEC 29794-1: an estimate of what a search with it will come to. Heeded are its native resolution, the sharpness of its pixels at
/// that size, and the length of its embedding where that tells something.
/// </summary>
/// <param name="Usefulness">0 to 1: the probability that a search with it finds its person (<see cref="QualityCalibration"/> says where).</param>
/// <param name="Resolution">The branch that it went to.</param>
/// <param name="Seen">The resolution that its detail is worth: smaller where it is an enlarged or blurred face.</param>
/// <param name="Detail">Its <see cref="FaceDetail"/> at <paramref name="Resolution"/>; null at 7 pixels, where there is none to be lost.</param>
/// <param name="RelativeNorm">The length of its embedding by the median one.</param>
public sealed record FaceQuality(double Usefulness, Resolution Resolution, Resolution Seen, double? Detail, double RelativeNorm)
{
    private const int LeastSide = 14;

    /// <summary>Of a face.</summary>
    /// <param name="face">As it came, in its native size.</param>
    /// <param name="embedding">What the model made of it.</param>
    /// <param name="table">The model's calibration.</param>
    /// <exception cref="InputException">Usefulness was not measured at the face's resolution.</exception>
    public static FaceQuality Of(FaceImage face, FaceEmbedding embedding, CalibrationTable table)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        return Of(face, embedding.Branch, embedding.Norm, table);
    }

    /// <summary>Of a face whose embedding is kept elsewhere.</summary>
    /// <param name="face">As it came, in its native size.</param>
    /// <param name="branch">The branch that it went to.</param>
    /// <param name="norm">The length of the raw embedding, 0 or more.</param>
    /// <param name="table">The model's calibration.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or not finite.</exception>
    /// <exception cref="InputException">Usefulness was not measured at the face's resolution.</exception>
    public static FaceQuality Of(FaceImage face, Resolution branch, double norm, CalibrationTable table)
    {
        ArgumentNullException.ThrowIfNull(face);
        ArgumentNullException.ThrowIfNull(table);
        if (!(norm >= 0 && double.IsFinite(norm))) throw new ArgumentOutOfRangeException(nameof(norm), norm, "expected 0 or more");
        var own = table.Quality.FirstOrDefault(one => one.Resolution == branch)
            ?? throw new InputException($"how useful faces of {branch} pixels are was not measured; calibrate the model with several images of 20 or more people (`btnet calibrate`)");
        var detail = DetailAt(branch);
        // Down the ladder as long as there is nothing at a size that the next smaller one would not hold.
        var (seen, there) = (own, detail);
        foreach (var smaller in table.Quality.Where(one => one.Resolution < branch).OrderByDescending(one => one.Resolution))
        {
            if (there is null || there >= seen.LeastDetail) break;
            (seen, there) = (smaller, DetailAt(smaller.Resolution));
        }

        var relative = norm / own.MedianNorm;
        var usefulness = own.UsefulnessAt(norm);
        return new FaceQuality(seen == own ? usefulness : Math.Min(usefulness, seen.UsefulnessAt(relative * seen.MedianNorm)), branch, seen.Resolution, detail, relative);

        double? DetailAt(Resolution side) => side.Side >= LeastSide ? FaceDetail.Of(face, side) : null;
    }
}
