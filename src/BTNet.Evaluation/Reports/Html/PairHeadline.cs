using System.Globalization;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>The table that the method's paper has, with a column a resolution pair: accuracy and true accept rate of each way of treating small faces, what lies between them, and what was published.</summary>
internal static class PairHeadline
{
    private const double Far = 1e-2;

    /// <summary>The table and what must be read with it.</summary>
    /// <param name="reports">On the same pairs; of two, the first is the baseline.</param>
    /// <param name="shown">The columns.</param>
    /// <param name="trainedOn">What the network was trained on.</param>
    public static IEnumerable<Node> Draw(IReadOnlyList<PairReport> reports, IReadOnlyList<ResolutionPair> shown, string trainedOn)
    {
        var differences = reports is [var baseline, var ours] ? ours.Against(baseline).ToDictionary(compared => compared.Resolutions, compared => compared.Difference) : null;
        var published = shown.Any(PublishedPairs.Figures.ContainsKey);
        var accuracy = new Element("tbody", Group("Accuracy, %", shown.Count));
        foreach (var report in reports) accuracy.Add(Row(Name(report), "a", shown, pair => Cell(Percent(report[pair].Accuracy.Mean), report[pair].Accuracy.Interval)));
        if (differences is not null) accuracy.Add(Row("difference, points", null, shown, pair => Difference(differences[pair].Accuracy, differences[pair].AccuracyInterval)).Class("difference"));

        var rates = new Element("tbody", Group($"True accept rate at FAR {Rate(Far)}, %", shown.Count));
        foreach (var report in reports)
            rates.Add(Row(Name(report), "a", shown, pair => report[pair].TarAt(Far) is { Value: { } value, Interval: { } interval } ? Cell(Percent(value), interval) : new Element("td", Absent)));
        if (differences is not null)
            rates.Add(Row("difference, points", null, shown, pair => differences[pair] is { Tar: { } tar, TarInterval: { } interval } ? Difference(tar, interval) : new Element("td", Absent)).Class("difference"));

        // Where the pairs are too few to tell the rate, they are at every resolution.
        List<Element> bodies = reports[0][shown[0]].TarAt(Far).Value is null ? [accuracy] : [accuracy, rates];
        if (published)
        {
            bodies.Add(new Element(
                "tbody", Group("For orientation, other pairs: accuracy, %", shown.Count),
                Row(PublishedPairs.Name, "b", shown, pair => new Element("td", PublishedPairs.Figures.GetValueOrDefault(pair, Absent)))).Class("published"));
        }

        yield return HtmlTable.Box(
            $"{reports[0].PairSet}: accuracy and true accept rate by resolution pair, with 95 % intervals", [HtmlTable.Head(["", .. shown.Select(pair => $"{pair.First} × {pair.Second}")]), .. bodies]);
        yield return new Element("p", $"a: trained on {trainedOn}.{(published ? $" b: trained on {PublishedPairs.TrainedOn}." : "")}").Class("note");
        yield return new Element("p", $"Below each figure its 95 % interval.{(differences is null ? "" : " Differences are of the same pairs, with a bootstrap interval; a dot says that the interval lies wholly on one side of 0.")}").Class("note");
        if (published) yield return new Element("p", PublishedPairs.Note).Class("note");
    }

    private static string Name(PairReport report) => report.Options.Way == SmallFaceWay.Branch ? "BTNet, branches" : "enlarged into the trunk";

    private static Element Group(string text, int columns) => new Element("tr", new Element("th", text).With("scope", "colgroup").With("colspan", $"{columns + 1}")).Class("group");

    /// <summary>A row; a letter below its name leads to what the network was trained on.</summary>
    private static Element Row(string name, string? trained, IReadOnlyList<ResolutionPair> shown, Func<ResolutionPair, Element> cell)
    {
        var head = new Element("th", name).With("scope", "row");
        if (trained is not null) head.Add(new Element("span", $"trained on: {trained}").Class("trained"));
        return new Element("tr", [head, .. shown.Select(cell)]);
    }

    private static Element Cell(string value, ConfidenceInterval interval) => new("td", value, new Element("span", $"{Short(interval.Low)}–{Short(interval.High)}").Class("interval"));

    private static Element Difference(double value, ConfidenceInterval interval) => new(
        "td", $"{(interval.Low > 0 || interval.High < 0 ? "● " : "")}{PairTable.Points(value)}", new Element("span", $"{ShortPoints(interval.Low)} to {ShortPoints(interval.High)}").Class("interval"));

    private static string Short(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string ShortPoints(double share) => (100 * share).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);
}
