using System.Globalization;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What a network judged wrong with the most certainty, as pictures.</summary>
internal static class HardestErrors
{
    private const int OfEachKind = 4;

    /// <summary>What stands where faces are not shown.</summary>
    public static Element NotShown => new Element("p", "Not shown: they are people's faces. --show-faces puts them on the page, with the names of their files.").Class("note");

    /// <summary>Of pairs: mates with the lowest scores and strangers with the highest, of those that were judged wrong.</summary>
    public static IEnumerable<Node> Of(PairReport report, IReadOnlyList<ResolutionPair> shown, PairSet set)
    {
        var pictures = new FacePictures(report.Options.Reduction);
        foreach (var resolutions in shown)
        {
            var result = report[resolutions];
            var wrong = Enumerable.Range(0, result.Same.Count).Where(i => !result.Accuracy.Correct[i]).ToList();
            yield return new Element("h4", $"{resolutions.First} × {resolutions.Second}: {wrong.Count} of {result.Same.Count} pairs judged wrong");
            var missed = wrong.Where(i => result.Same[i]).OrderBy(i => result.Scores[i]);
            var confused = wrong.Where(i => !result.Same[i]).OrderByDescending(i => result.Scores[i]);
            foreach (var (kind, chosen) in ((string, IEnumerable<int>)[])[("One person, taken for two", missed), ("Two people, taken for one", confused)])
            foreach (var part in FacePictures.Group(kind, [.. chosen.Take(OfEachKind).Select(Picture)])) yield return part;

            Element Picture(int index)
            {
                var pair = set.Pairs[report.Evaluated[index]];
                return pictures.Pair($"score {Score(result.Scores[index])}", (set.Images[pair.First], resolutions.First), (set.Images[pair.Second], resolutions.Second));
            }
        }
    }

    /// <summary>Of searches: enrolled people for whom somebody else came first by the most, and strangers who are most like somebody enrolled.</summary>
    public static IEnumerable<Node> Of(OpenSetReport report, OpenSetLists lists)
    {
        var pictures = new FacePictures(report.Options.Reduction);
        foreach (var result in report.Results)
        {
            var (known, strangers) = (result.Identification.MatedProbes, result.Identification.UnmatedProbes.Count);
            var wrong = Enumerable.Range(0, known.Count).Where(i => !known[i].IsFirst && result.Nearest[i].Found >= 0).ToList();
            yield return new Element("h4", $"Searched for at {result.Probes}: somebody else came first in {wrong.Count} of {known.Count} searches");
            Element Picture(int i) => pictures.Pair(
                $"score {Score(result.Nearest[i].Score)}{(i < known.Count ? $", the own face's {Score(known[i].OwnScore)}" : "")}", (lists.Images[result.Nearest[i].Probe], result.Probes), (lists.Images[result.Nearest[i].Found], report.Options.Gallery));
            foreach (var part in FacePictures.Group("An enrolled person, and who came first instead", [.. wrong.OrderByDescending(i => known[i].OtherScore - known[i].OwnScore).Take(OfEachKind).Select(Picture)])) yield return part;
            foreach (var part in FacePictures.Group(
                "A stranger, and the enrolled face that is most alike",
                [.. Enumerable.Range(known.Count, strangers).OrderByDescending(i => result.Nearest[i].Score).Take(OfEachKind).Select(Picture)])) yield return part;
        }
    }

    private static string Score(double score) => score.ToString("0.000", CultureInfo.InvariantCulture);
}
