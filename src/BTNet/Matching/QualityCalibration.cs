using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>
/// What makes a face of a resolution useful: the probability that a search with it finds its person, enrolled at the largest resolution, at a stated rate of false alarms. It rises with the length of the
/// embedding, p = 1 / (1 + exp(-(Base + Slope ln(norm / MedianNorm)))).
/// </summary>
/// <param name="Resolution">Of the face.</param>
/// <param name="People">How many people it was fitted to, each with several images.</param>
/// <param name="FalseAlarms">The rate of false alarms.</param>
/// <param name="GallerySize">In a gallery of so many.</param>
/// <param name="Base">The logit of the probability at the median length.</param>
/// <param name="Slope">0 where the length tells nothing.</param>
/// <param name="MedianNorm">The median length of raw embeddings; above 0.</param>
/// <param name="LeastDetail">The <see cref="FaceDetail"/> that 1 in 50 faces is below: a face below it is taken for one of the next smaller resolution. 0 at the smallest.</param>
public sealed record QualityCalibration(Resolution Resolution, int People, double FalseAlarms, int GallerySize, double Base, double Slope, double MedianNorm, double LeastDetail)
{
    private const double MostLogit = 20, GreatestRatio = 3;

    /// <summary>The probability at a length.</summary>
    /// <param name="norm">Of the raw embedding, 0 or more.</param>
    public double UsefulnessAt(double norm) => 1 / (1 + Math.Exp(-(Base + (Slope * Math.Log(Math.Clamp(norm / MedianNorm, 1 / GreatestRatio, GreatestRatio))))));

    /// <summary>Fits one: a logistic regression, people counting alike.</summary>
    /// <param name="resolution">Of the faces.</param>
    /// <param name="searches">For each search with a face whose person is enrolled: the length of its raw embedding, whether it was found, and whose it is.</param>
    /// <param name="norms">Lengths of all faces, also of people with one image.</param>
    /// <param name="leastDetail">See <see cref="LeastDetail"/>.</param>
    /// <param name="falseAlarms">See <see cref="FalseAlarms"/>.</param>
    /// <param name="gallerySize">See <see cref="GallerySize"/>.</param>
    /// <returns>Null where fewer than 20 people have several images.</returns>
    internal static QualityCalibration? Fit(
        Resolution resolution, IReadOnlyList<(double Norm, bool Found, int Person)> searches, IReadOnlyList<double> norms, double leastDetail, double falseAlarms, int gallerySize)
    {
        const int LeastPeople = 20;
        var counts = searches.CountBy(search => search.Person).ToDictionary(entry => entry.Key, entry => entry.Value);
        if (counts.Count < LeastPeople) return null;
        var median = norms.Order().ElementAt(norms.Count / 2);
        if (!(median > 0)) return null;
        var rows = searches.Select(search => (X: Math.Log(Math.Clamp(search.Norm / median, 1 / GreatestRatio, GreatestRatio)), search.Found, Weight: 1.0 / counts[search.Person])).ToList();
        var (start, slope, error) = LogisticFit.Of(rows);
        // A slope that chance may have made, or that says long embeddings are worse, tells nothing.
        if (slope < 2 * error) (start, slope, _) = LogisticFit.Of(rows, flat: true);
        return new QualityCalibration(
            resolution, counts.Count, falseAlarms, gallerySize, Math.Round(Math.Clamp(start, -MostLogit, MostLogit), 4), Math.Round(Math.Min(slope, MostLogit), 4), Math.Round(median, 4), Math.Round(leastDetail, 5));
    }

    /// <summary>As it is written.</summary>
    internal sealed record Form(int Resolution, int People, double FalseAlarms, int GallerySize, double Base, double Slope, double MedianNorm, double LeastDetail);

    internal Form ToForm() => new(Resolution.Side, People, FalseAlarms, GallerySize, Base, Slope, MedianNorm, LeastDetail);

    internal static QualityCalibration Of(Form form) => new(BTNet.Resolutions.Resolution.Of(form.Resolution), form.People, form.FalseAlarms, form.GallerySize, form.Base, form.Slope, form.MedianNorm, form.LeastDetail);

    internal static IEnumerable<string> Faults(Form form)
    {
        if (BTNet.Resolutions.Resolution.All.All(level => level.Side != form.Resolution)) yield return $"quality has the resolution {form.Resolution}; expected some of {string.Join(", ", BTNet.Resolutions.Resolution.All)}";
        if (form.People < 1 || form.GallerySize < 1 || !(form.FalseAlarms is > 0 and < 1)) yield return $"quality at {form.Resolution} is of {form.People} people, {form.FalseAlarms} false alarms and a gallery of {form.GallerySize}; expected 1 or more, between 0 and 1, and 1 or more";
        if (!(Math.Abs(form.Base) <= MostLogit && form.Slope is >= 0 and <= MostLogit && form.MedianNorm > 0 && double.IsFinite(form.MedianNorm) && form.LeastDetail is >= 0 and <= 1))
            yield return $"quality at {form.Resolution} has base {form.Base}, slope {form.Slope}, medianNorm {form.MedianNorm} and leastDetail {form.LeastDetail}; expected -{MostLogit} to {MostLogit}, 0 to {MostLogit}, above 0, and 0 to 1";
    }
}
