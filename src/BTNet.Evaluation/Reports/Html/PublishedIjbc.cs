using BTNet.Evaluation.Protocols.Ijbc;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>
/// What the method's authors published for IJB-C, in percent: table (a) of the results in the README of their implementation (github.com/StevenSmith2000/BTNet, commit df06e02fa4cf), of aggregates.
/// </summary>
internal static class PublishedIjbc
{
    private static readonly (IjbcMode Mode, string Verification, string Identification)[] Figures =
    [
        .. new[]
        {
            ("112&112", "96.06", "94.85"), ("112&28", "95.62", "94.33"), ("28&28", "94.50", "92.89"), ("112&14", "93.97", "91.87"), ("14&14", "82.08", "76.65"), ("112&7", "88.17", "83.93"), ("7&7", "35.47", "27.70")
        }.Select(row => (IjbcMode.ParseAggregates(row.Item1)[0], row.Item2, row.Item3))
    ];

    /// <summary>The figures for some modes; null where none of them is an aggregate that was published.</summary>
    public static ReportTable? Of(IEnumerable<IjbcMode> modes)
    {
        var rows = modes.Distinct().SelectMany(mode => Figures.Where(figure => figure.Mode == mode)).Select(IReadOnlyList<string> (figure) => [figure.Mode.ToString(), figure.Verification, figure.Identification]).ToList();
        return rows.Count == 0 ? null : new ReportTable(
            $"IJB-C, {PublishedPairs.Name}", ["aggregate", "1:1, TAR % @ FAR 1e-4", "1:N, TPIR % @ FPIR 0.1"], rows,
            [
                "Of the whole set, images weighed by the detector's score times the length of their feature (--weight both). The 1:1 figures are computed as ours are; those of 1:N are of a script that joins both galleries into one, in which no search is for a stranger, and are no figures to be compared with those below.",
                $"Their network: {PublishedPairs.TrainedOn}. Source: table (a) of the results in the README of github.com/StevenSmith2000/BTNet, commit df06e02fa4cf."
            ]);
    }
}
