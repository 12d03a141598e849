using System.Globalization;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>The pairs that a network judged wrong with the most certainty, as pictures: each face as the network saw it, pixel by pixel. They are people's faces, so they are shown only to who asks.</summary>
internal static class HardestPairs
{
    private const int OfEachKind = 4;

    // Above this many pixels a JPEG is smaller, and its losses are not seen.
    private const int LargestPng = 56;

    /// <summary>The errors of each result that is shown.</summary>
    public static IEnumerable<Node> Draw(PairReport report, IReadOnlyList<ResolutionPair> shown, PairSet set)
    {
        foreach (var pair in shown)
        {
            var result = report[pair];
            var wrong = Enumerable.Range(0, result.Same.Count).Where(i => !result.Accuracy.Correct[i]).ToList();
            var missed = wrong.Where(i => result.Same[i]).OrderBy(i => result.Scores[i]).Take(OfEachKind).ToList();
            var confused = wrong.Where(i => !result.Same[i]).OrderByDescending(i => result.Scores[i]).Take(OfEachKind).ToList();
            yield return new Element("h4", $"{pair.First} × {pair.Second}: {wrong.Count} of {result.Same.Count} pairs judged wrong");
            foreach (var (kind, chosen) in ((string, List<int>)[])[("One person, taken for two", missed), ("Two people, taken for one", confused)])
            {
                if (chosen.Count == 0) continue;
                yield return new Element("p", kind).Class("kind");
                yield return new Element("div", [.. chosen.Select(i => Pair(report, result, set, i))]).Class("faces");
            }
        }
    }

    private static Element Pair(PairReport report, PairResult result, PairSet set, int index)
    {
        var pair = set.Pairs[report.Evaluated[index]];
        var score = result.Scores[index].ToString("0.000", CultureInfo.InvariantCulture);
        return new Element(
            "figure", new Element("div", Face(report, set.Images[pair.First], result.Resolutions.First), Face(report, set.Images[pair.Second], result.Resolutions.Second)).Class("two"),
            new Element("figcaption", $"score {score}", new Element("br"), new Element("bdi", set.Images[pair.First].Name), new Element("br"), new Element("bdi", set.Images[pair.Second].Name))).Class("pair");
    }

    private static Element Face(PairReport report, ListedImage image, Resolution resolution)
    {
        FaceImage face;
        try
        {
            face = FaceResizer.Resize(image.Decode(), resolution.Side, resolution.Side, report.Options.Reduction);
        }
        catch (InputException fault)
        {
            // It could be read when it was measured, and is no longer there.
            return new Element("span", $"cannot be shown: {fault.Message}").Class("lost");
        }

        var (kind, bytes) = resolution.Side <= LargestPng ? ("png", FaceEncoder.EncodePng(face)) : ("jpeg", FaceEncoder.EncodeJpeg(face, 85));
        return new Element("img").With("src", $"data:image/{kind};base64,{Convert.ToBase64String(bytes)}").With("width", "88").With("height", "88").With("alt", $"{image.Name} at {resolution} pixels");
    }
}
