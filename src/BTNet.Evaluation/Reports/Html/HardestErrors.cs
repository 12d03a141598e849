using System.Globalization;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;

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

    /// <summary>Of open-set searches at each resolution.</summary>
    public static IEnumerable<Node> Of(OpenSetReport report, OpenSetLists lists)
    {
        var pictures = new FacePictures(report.Options.Reduction);
        foreach (var result in report.Results)
        {
            var known = result.Identification.MatedProbes;
            yield return new Element("h4", $"Searched for at {result.Probes}: somebody else came first in {known.Count(probe => !probe.IsFirst)} of {known.Count} searches");
            var mistakes = result.Nearest.Index().Where(match => match.Item.Found >= 0 && (match.Index >= known.Count || !known[match.Index].IsFirst)).Select(match => new SearchMistake(
                match.Item.Probe, match.Item.Found, match.Item.Score, match.Index < known.Count ? known[match.Index].OwnScore : null));
            foreach (var part in Of(SearchMistake.Hardest(mistakes), pictures, "face", (image => lists.Images[image], report.Options.Gallery), (image => lists.Images[image], result.Probes))) yield return part;
        }
    }

    /// <summary>Of searches: enrolled people of whom somebody else came in front by the most, and strangers who are most like somebody enrolled.</summary>
    /// <param name="hardest">The searches.</param>
    /// <param name="pictures">Draws them.</param>
    /// <param name="enrolledAs">What people are enrolled as: of what is more than a face, one is shown.</param>
    /// <param name="enrolled">What is shown of an enrolled one, and in which size; in its own where that is null.</param>
    /// <param name="probes">Likewise of what is searched for.</param>
    public static IEnumerable<Node> Of(
        IReadOnlyList<SearchMistake> hardest, FacePictures pictures, string enrolledAs, (Func<int, ListedImage> Image, Resolution? Resolution) enrolled, (Func<int, ListedImage> Image, Resolution? Resolution) probes)
    {
        Element Picture(SearchMistake mistake) => pictures.Pair(
            $"score {Score(mistake.Score)}{(mistake.OwnScore is { } own ? $", the own {enrolledAs}'s {Score(own)}" : "")}", (probes.Image(mistake.Probe), probes.Resolution), (enrolled.Image(mistake.Found), enrolled.Resolution));
        foreach (var part in FacePictures.Group("An enrolled person, and who came first instead", [.. hardest.Where(mistake => mistake.OwnScore is not null).Select(Picture)])) yield return part;
        foreach (var part in FacePictures.Group($"A stranger, and the enrolled {enrolledAs} that is most alike", [.. hardest.Where(mistake => mistake.OwnScore is null).Select(Picture)])) yield return part;
    }

    private static string Score(double score) => score.ToString("0.000", CultureInfo.InvariantCulture);
}
