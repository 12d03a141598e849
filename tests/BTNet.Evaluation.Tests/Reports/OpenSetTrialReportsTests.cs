using System.Globalization;
using System.Text.Json;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Tests.Protocols.OpenSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class OpenSetTrialReportsTests
{
    private static readonly Lazy<IReadOnlyList<OpenSetTrialReport>> Both = new(() => OpenSetTrialProtocol.Run(
        new PixelEmbedder(), OpenSetPool.Of(RenderedPeople.Lists(enrolled: 20, strangers: 110)), new OpenSetOptions { Probes = [Resolution.Full, Resolution.Of(14)] },
        new OpenSetTrialOptions { Count = 4, Seed = 3, Enrolled = 15 }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]));

    private static TrialSpread Small => Both.Value[1][Resolution.Of(14)].Tpirs[1].Spread!;

    [Fact]
    public void A_table_says_the_mean_less_the_deviation_and_which_rate_the_trials_cannot_tell()
    {
        var table = OpenSetTrialTable.Of([.. Both.Value]);

        Assert.Equal(["112", "112", "14", "14"], table.Rows.Select(row => row[0]));
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
        static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);
        Assert.Equal((Percent(Small.MeanLessDeviation), $"{Percent(Small.Mean)} ± {Percent(Small.StandardDeviation)} ({Percent(Small.Least)})"), (table.Rows[3][6], table.Rows[3][7]));
        Assert.All(table.Rows, row => Assert.Equal("-", row[^1]));
        Assert.Contains("4 random trials with a gallery of 15 of 130 people at 112", table.Title, StringComparison.Ordinal);
        Assert.Contains("of all 170 faces 30 are then searches for enrolled people and 125 for strangers", table.Notes[0], StringComparison.Ordinal);
        Assert.Contains("No TPIR at FPIR 1e-3: 4 of 4 trials cannot tell it; in trial 1 it takes 1000 searches with strangers, and there are 125.", table.Notes);
    }

    [Fact]
    public void JSON_holds_the_figures_of_each_trial_and_null_with_a_reason_where_there_is_none()
    {
        using var json = JsonDocument.Parse(OpenSetTrialJson.Format([.. Both.Value]));

        Assert.Equal(("btnet-openset-trials", 1), (json.RootElement.GetProperty("format").GetString(), json.RootElement.GetProperty("version").GetInt32()));
        var branch = json.RootElement.GetProperty("reports")[1];
        Assert.Equal(("branch", 3, 15, 4), (branch.GetProperty("way").GetString(), branch.GetProperty("seed").GetInt32(), branch.GetProperty("enrolled").GetInt32(), branch.GetProperty("trials").GetArrayLength()));
        Assert.Equal((30, 125), (branch.GetProperty("trials")[0].GetProperty("mated").GetInt32(), branch.GetProperty("trials")[0].GetProperty("unmated").GetInt32()));
        var small = branch.GetProperty("results")[1];
        var (hundredth, thousandth) = (small.GetProperty("tpir")[1], small.GetProperty("tpir")[2]);
        Assert.Equal(Small.Values, hundredth.GetProperty("trials").EnumerateArray().Select(value => value.GetDouble()));
        foreach (var (name, value) in ((string, double)[])[("meanLessDeviation", Small.MeanLessDeviation), ("mean", Small.Mean), ("standardDeviation", Small.StandardDeviation), ("least", Small.Least)])
            Assert.Equal(value, hundredth.GetProperty(name).GetDouble());
        Assert.Equal(Both.Value[1][Resolution.Of(14)].RankOne.Mean, small.GetProperty("rankOne").GetProperty("mean").GetDouble());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (thousandth.GetProperty("mean").ValueKind, thousandth.GetProperty("reason").ValueKind));
        Assert.All(thousandth.GetProperty("trials").EnumerateArray(), value => Assert.Equal(JsonValueKind.Null, value.ValueKind));
    }

    [Fact]
    public void A_line_of_a_registry_says_what_was_drawn_and_what_came_out()
    {
        var row = ProtocolRows.Of(new ResultOrigin(new DateTime(2026, 1, 2, 3, 4, 0, DateTimeKind.Utc), "m", "f", "fp32", "machine", "program", "command"), Both.Value[1]);

        Assert.All(((string, string)[])[("way", "branch"), ("trials", "4"), ("seed", "3"), ("enrolled", "15"), ("people", "130")], cell => Assert.Contains(cell, row.About));
        Assert.Contains(("TPIR at FPIR 1e-2 14 mean less deviation", Small.MeanLessDeviation), row.Figures);
        Assert.Contains(("TPIR at FPIR 1e-2 14 deviation", Small.StandardDeviation), row.Figures);
        Assert.Contains(("TPIR at FPIR 1e-3 14 mean", (double?)null), row.Figures);
        Assert.Contains(("rank 1 14 mean", Both.Value[1][Resolution.Of(14)].RankOne.Mean), row.Figures);
    }
}
