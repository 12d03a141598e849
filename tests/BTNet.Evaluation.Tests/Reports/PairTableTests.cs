using System.Globalization;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class PairTableTests
{
    [Fact]
    public void A_row_shows_the_figures_of_its_result_in_percent()
    {
        var report = SampleReports.Branches;
        var table = PairTable.Of(report);
        Assert.Equal(["pair", "accuracy %", "95 %", "AUC %", "EER %", "95 %", "TAR % @ 1e-1", "TAR % @ 1e-2", "TAR % @ 1e-3", "TAR % @ 1e-4"], table.Columns);
        Assert.Equal(["112x112", "112x14", "14x14", "7x112"], table.Rows.Select(row => row[0]));
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
        var result = report[ResolutionPair.Parse("112x14")];
        Assert.StartsWith((100 * result.Accuracy.Mean).ToString("0.00", CultureInfo.InvariantCulture) + " ± ", table.Rows[1][1]);
        Assert.Equal((100 * result.Auc).ToString("0.00", CultureInfo.InvariantCulture), table.Rows[1][3]);
        Assert.Equal((100 * result.TarAt(.1).Value!.Value).ToString("0.00", CultureInfo.InvariantCulture), table.Rows[1][6]);
        Assert.StartsWith((100 * result.EqualErrorRateInterval.Low).ToString("0.00", CultureInfo.InvariantCulture) + " to ", table.Rows[1][5]);
    }

    [Fact]
    public void A_rate_that_the_pairs_do_not_allow_is_a_dash_with_a_note()
    {
        var table = PairTable.Of(SampleReports.Branches);
        Assert.All(table.Rows, row => Assert.Equal("-", row[8]));
        Assert.Contains("No TAR at FAR 1e-3: needs 1000 pairs of two people, there are 40.", table.Notes);
    }

    [Fact]
    public void A_comparison_shows_both_and_the_difference_of_the_second_less_the_first()
    {
        var table = PairTable.Compare(SampleReports.UpSampled, SampleReports.Branches);
        Assert.Equal("up-sampled accuracy %", table.Columns[1]);
        Assert.Equal("BTNet accuracy %", table.Columns[2]);
        var difference = 100 * (SampleReports.Branches.Results[2].Accuracy.Mean - SampleReports.UpSampled.Results[2].Accuracy.Mean);
        Assert.Equal(difference, double.Parse(table.Rows[2][3], CultureInfo.InvariantCulture), 2); // folds of 26 and 28 pairs weigh alike in the means
        Assert.Equal("0.00", table.Rows[0][3]);
        Assert.Equal("1.0000", table.Rows[0][5]);
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
    }

    [Fact]
    public void The_reference_compatible_mode_is_said_below() =>
        Assert.Contains(PairTable.Of(SampleReports.Reference).Notes, note => note.StartsWith("Reference-compatible"));
}
