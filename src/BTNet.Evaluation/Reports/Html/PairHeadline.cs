using BTNet.Evaluation.Metrics;
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
        var head = HtmlTable.Head(["", .. shown.Select(pair => $"{pair.First} × {pair.Second}"), "trained on"]);
        var differences = reports is [var baseline, var ours] ? ours.Against(baseline).ToDictionary(compared => compared.Resolutions, compared => compared.Difference) : null;
        var accuracy = new Element("tbody", Group("Accuracy, %", shown.Count));
        foreach (var report in reports) accuracy.Add(Row(Name(report), shown, pair => Cell(Percent(report[pair].Accuracy.Mean), report[pair].Accuracy.Interval), trainedOn));
        if (differences is not null) accuracy.Add(Row("difference, points", shown, pair => Difference(differences[pair].Accuracy, differences[pair].AccuracyInterval), "").Class("difference"));

        var rates = new Element("tbody", Group($"True accept rate at FAR {Rate(Far)}, %", shown.Count));
        foreach (var report in reports)
            rates.Add(Row(Name(report), shown, pair => report[pair].TarAt(Far) is { Value: { } value, Interval: { } interval } ? Cell(Percent(value), interval) : new Element("td", Absent), trainedOn));
        if (differences is not null)
            rates.Add(Row("difference, points", shown, pair => differences[pair] is { Tar: { } tar, TarInterval: { } interval } ? Difference(tar, interval) : new Element("td", Absent), "").Class("difference"));

        var box = HtmlTable.Box($"{reports[0].PairSet}: accuracy and true accept rate by resolution pair, with 95 % intervals", head, accuracy, rates);
        var published = shown.Any(PublishedPairs.Figures.ContainsKey);
        if (published)
        {
            box = HtmlTable.Box($"{reports[0].PairSet}: accuracy and true accept rate by resolution pair, with 95 % intervals", head, accuracy, rates, new Element(
                "tbody", Group("For orientation, other pairs: accuracy, %", shown.Count),
                Row(PublishedPairs.Name, shown, pair => new Element("td", PublishedPairs.Figures.GetValueOrDefault(pair, Absent)), PublishedPairs.TrainedOn)).Class("published"));
        }

        yield return box;
        if (differences is not null) yield return new Element("p", "Below each figure its 95 % interval. Differences are of the same pairs, with a bootstrap interval; a filled dot says that the interval lies wholly on one side of 0.").Class("note");
        if (published) yield return new Element("p", PublishedPairs.Note).Class("note");
    }

    private static string Name(PairReport report) => report.Options.Way == Protocols.SmallFaceWay.Branch ? "BTNet, branches" : "enlarged into the trunk";

    private static Element Group(string text, int columns) => new Element("tr", new Element("th", text).With("scope", "colgroup").With("colspan", $"{columns + 2}")).Class("group");

    private static Element Row(string name, IReadOnlyList<ResolutionPair> shown, Func<ResolutionPair, Element> cell, string trainedOn) =>
        HtmlTable.Row(name, [.. shown.Select(cell), new Element("td", trainedOn).Class("text")]);

    private static Element Cell(string value, ConfidenceInterval interval) => new("td", value, new Element("span", $"{Short(interval.Low)}–{Short(interval.High)}").Class("interval"));

    private static Element Difference(double value, ConfidenceInterval interval) => new(
        "td", $"{(interval.Low > 0 || interval.High < 0 ? "● " : "")}{PairTable.Points(value)}", new Element("span", $"{PairTable.Points(interval.Low)} to {PairTable.Points(interval.High)}").Class("interval"));

    private static string Short(double share) => (100 * share).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture);
}
