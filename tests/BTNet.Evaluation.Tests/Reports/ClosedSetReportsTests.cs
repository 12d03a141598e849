using System.Globalization;
using System.Text.Json;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Tests.Protocols.ClosedSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class ClosedSetReportsTests
{
    private static readonly Lazy<IReadOnlyList<ClosedSetReport>> TinyFace = new(() =>
    {
        using var folder = new TinyFaceFolder();
        return ClosedSetProtocol.Run(new PixelEmbedder(), TinyFaceReader.Read(folder.Fill(noise: 250, spread: .055).Root), null, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);
    });

    private static readonly Lazy<IReadOnlyList<ClosedSetReport>> ScFace = new(() =>
    {
        using var data = new ScFaceData();
        return ClosedSetProtocol.Run(new PixelEmbedder(), ScFaceReader.Read(data.Fill(noise: 250, spread: .055).Root), null, [SmallFaceWay.Branch]);
    });

    /// <summary>The same for other tests of what is made of reports: TinyFace and SCface.</summary>
    internal static (IReadOnlyList<ClosedSetReport> TinyFace, IReadOnlyList<ClosedSetReport> ScFace) Sample => (TinyFace.Value, ScFace.Value);

    [Fact]
    public void A_table_of_TinyFace_has_the_ranks_of_the_paper_and_both_average_precisions()
    {
        var tables = ClosedSetTable.All([.. TinyFace.Value]);

        Assert.Equal(["small faces", "branch by", "probes", "searches", "rank 1 %", "95 %", "rank 20 %", "95 %", "rank 50 %", "95 %", "mAP %", "mAP % by trapezoids"], tables[0].Columns);
        Assert.Equal([("up-sampled", "-"), ("BTNet", "max ceil")], tables[0].Rows.Select(row => (row[0], row[1])));
        var figures = TinyFace.Value[1].Results[0].Figures[0];
        Assert.Equal(("12", Percent(figures.Ranks.At(1)), Percent(figures.Ranks.At(20)), Percent(figures.Precision.AtMatches), Percent(figures.Precision.Trapezoid)), (tables[0].Rows[1][3], tables[0].Rows[1][4], tables[0].Rows[1][6], tables[0].Rows[1][10], tables[0].Rows[1][11]));
        Assert.Equal("TinyFace: a gallery of 24 faces", tables[0].Title);
        Assert.Contains("A list of 50 holds everybody, as no more are enrolled: being in it says nothing.", tables[0].Notes);
        Assert.Equal(100, tables[1].Rows[1].Skip(2).Sum(cell => double.Parse(cell, CultureInfo.InvariantCulture)), 0.03);
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count)));
    }

    [Fact]
    public void A_table_of_SCface_has_a_row_a_distance_and_one_of_all()
    {
        var table = ClosedSetTable.All([.. ScFace.Value])[0];

        Assert.Equal(["small faces", "branch by", "probes", "searches", "rank 1 %", "95 %"], table.Columns);
        Assert.Equal(["distance 1, 4.2 m", "distance 2, 2.6 m", "distance 3, 1.0 m", "all"], table.Rows.Select(row => row[2]));
        Assert.Equal(["25", "25", "25", "75"], table.Rows.Select(row => row[3]));
        Assert.Contains(table.Notes, note => note.StartsWith("Mugshots are those of", StringComparison.Ordinal));
    }

    [Fact]
    public void JSON_holds_the_same_values()
    {
        using var json = JsonDocument.Parse(ClosedSetJson.Format([.. TinyFace.Value]));
        Assert.Equal(("btnet-closedset", 1), (json.RootElement.GetProperty("format").GetString(), json.RootElement.GetProperty("version").GetInt32()));
        var (enlarged, branch) = (json.RootElement.GetProperty("reports")[0], json.RootElement.GetProperty("reports")[1]);
        Assert.Equal(("TinyFace", "branch", 6, 12), (branch.GetProperty("set").GetString(), branch.GetProperty("way").GetString(), branch.GetProperty("people").GetInt32(), branch.GetProperty("distractors").GetInt32()));
        Assert.Equal(JsonValueKind.Null, enlarged.GetProperty("results")[0].GetProperty("rule").ValueKind);
        var (figures, expected) = (branch.GetProperty("results")[0].GetProperty("figures")[0], TinyFace.Value[1].Results[0].Figures[0]);
        Assert.Equal((expected.Precision.AtMatches, expected.Precision.Trapezoid), (figures.GetProperty("meanAveragePrecision").GetDouble(), figures.GetProperty("meanAveragePrecisionByTrapezoids").GetDouble()));
        Assert.Equal((20, expected.Ranks.At(20), expected.Ranks.IntervalAt(20).Low), (figures.GetProperty("ranks")[1].GetProperty("rank").GetInt32(), figures.GetProperty("ranks")[1].GetProperty("value").GetDouble(), figures.GetProperty("ranks")[1].GetProperty("interval").GetProperty("low").GetDouble()));
        Assert.Equal(12, branch.GetProperty("results")[0].GetProperty("branches").EnumerateArray().Sum(share => share.GetProperty("gallery").GetInt32()));
        using var distances = JsonDocument.Parse(ClosedSetJson.Format([.. ScFace.Value]));
        var sets = distances.RootElement.GetProperty("reports")[0].GetProperty("results")[0].GetProperty("branches").EnumerateArray().SelectMany(share => share.GetProperty("probeSets").EnumerateArray())
            .GroupBy(set => set.GetProperty("probes").GetString(), set => set.GetProperty("faces").GetInt32()).Select(set => (set.Key, set.Sum()));
        Assert.Equal([("distance 1, 4.2 m", 25), ("distance 2, 2.6 m", 25), ("distance 3, 1.0 m", 25)], sets);
    }

    [Fact]
    public void A_line_of_the_registry_has_a_figure_for_each_set_of_searches()
    {
        var origin = new ResultOrigin(new DateTime(2026, 1, 2, 3, 4, 0, DateTimeKind.Utc), "model", "f", "fp32", "machine", "btnet 1", "btnet eval");
        var (tiny, scface) = (ProtocolRows.Of(origin, TinyFace.Value[0]), ProtocolRows.Of(origin, ScFace.Value[0]));

        Assert.Equal(TinyFace.Value[0].Results[0].Figures[0].Precision.AtMatches, tiny.Figures.Single(figure => figure.Column == "mAP 112 Probe").Value);
        Assert.Equal(ScFace.Value[0].Results[0].Figures[3].Ranks.At(1), scface.Figures.Single(figure => figure.Column == "rank 1 max ceil all").Value);
        Assert.Equal(12, scface.Figures.Count);
        Assert.Contains(("data", "SCface"), scface.About);
        Assert.Contains(("notices", "Mugshots are those of mugshot_frontal_cropped_all; cameras 1, 2, 3, 4, 5."), scface.About);
        Assert.Equal(tiny.Figures.Count, tiny.Figures.DistinctBy(figure => figure.Column).Count());
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);
}
