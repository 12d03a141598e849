using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Tests.Reports;

namespace BTNet.Evaluation.Tests.Records;

/// <summary>Lines of the protocols whose faces come in sizes of their own, or in templates.</summary>
public sealed class ProtocolRowsTests
{
    private static readonly ResultOrigin Origin = new(new DateTime(2026, 1, 2, 3, 4, 0, DateTimeKind.Utc), "model", "f", "fp32", "machine", "btnet 1", "btnet eval");

    [Fact]
    public void A_line_of_SurvFace_says_how_many_were_searched_for_and_has_figures_of_both_prototypes_and_of_the_pairs()
    {
        var report = SurvFaceReportsTests.Sample[1];
        var row = ProtocolRows.Of(Origin, report);

        foreach (var cell in ((string, string)[])[("data", "QMUL-SurvFace"), ("way", "branch"), ("enrolled", "6"), ("mated", "12"), ("unmated", "12"), ("pairs", "40"), ("skipped pairs", "0"), ("date", "2026-01-02 03:04")]) Assert.Contains(cell, row.About);
        Assert.StartsWith("unmated_probe holds 12 pictures", Assert.Single(row.About, cell => cell.Column == "notices").Text, StringComparison.Ordinal);
        double? Figure(string column) => Assert.Single(row.Figures, figure => figure.Column == column).Value;
        var (raw, pairs) = (report.Results[0][GalleryPrototype.Raw], report.Results[0].Verification!);
        Assert.Equal(raw.Tpirs[0].Value, Figure("TPIR20 at FPIR 3e-1 average near raw"));
        Assert.Null(Figure("TPIR20 at FPIR 1e-2 average near raw")); // twelve strangers cannot tell
        Assert.Equal(report.Results[0][GalleryPrototype.Normalised].Auc, Figure("AUC average near normalised"));
        Assert.Equal((raw.Ranks.At(20), pairs.Accuracy.Mean, pairs.Tars[1].Value), (Figure("rank 20 average near raw"), Figure("accuracy average near"), Figure("TAR at FAR 1e-1 average near")));
        Assert.Equal(row.Figures.Count, row.Figures.DistinctBy(figure => figure.Column).Count());
    }

    [Fact]
    public void A_line_of_IJB_C_has_a_figure_for_each_mode_and_means_over_the_galleries()
    {
        var report = IjbcReportsTests.Sample[0];
        var row = ProtocolRows.Of(Origin, report);

        foreach (var cell in ((string, string)[])[("data", "drawn templates"), ("weight", report.Options.Weight.ToString()), ("templates", "280"), ("skipped images", "0"), ("notices", "Nothing of this is real.")]) Assert.Contains(cell, row.About);
        double? Figure(string column) => Assert.Single(row.Figures, figure => figure.Column == column).Value;
        foreach (var result in report.Results)
        {
            Assert.Equal(result.Tars[^1].Value, Figure($"TAR at FAR 1e-1 {result.Mode}"));
            Assert.Equal(result.MeanAtRank(5), Figure($"rank 5 {result.Mode}"));
            Assert.Equal(result.MeanTpir(1), Figure($"TPIR at FPIR 1e-1 {result.Mode}"));
            Assert.Null(Figure($"TAR at FAR 1e-6 {result.Mode}"));
        }

        Assert.Equal(row.Figures.Count, row.Figures.DistinctBy(figure => figure.Column).Count());
    }
}
