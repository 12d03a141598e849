using System.Globalization;
using System.Text.Json;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Tests.Protocols.Ijbc;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class IjbcReportsTests
{
    private static readonly Lazy<IReadOnlyList<IjbcReport>> Both = new(() =>
    {
        var drawn = new DrawnTemplates();
        return IjbcProtocol.Run(
            drawn, drawn.Set(), drawn, new IjbcOptions { Modes = [.. IjbcMode.ParseMatches("112x112,112x14"), .. IjbcMode.ParseAggregates("112&14")], Weight = ImageWeight.Detector }, [SmallFaceWay.Branch]);
    });

    /// <summary>The same for other tests of what is made of reports.</summary>
    internal static IReadOnlyList<IjbcReport> Sample => Both.Value;

    [Fact]
    public void There_is_a_table_of_pairs_and_one_of_searches_with_the_mean_of_the_galleries()
    {
        var tables = IjbcTable.Of([.. Both.Value]);
        var result = Both.Value[0].Results[1];

        Assert.Equal(["drawn templates 1:1", "drawn templates 1:N"], tables.Select(table => table.Title));
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count)));
        Assert.Equal(["112x112", "112x14", "112&14"], tables[0].Rows.Select(row => row[0]));
        Assert.Equal("TAR % @ FAR 1e-1", tables[0].Columns[^2]);
        Assert.Equal(Percent(result.Tars[^1].Value!.Value), tables[0].Rows[1][^2]);
        Assert.Equal(["-", "-"], tables[0].Rows[1].Skip(2).Take(2));
        Assert.Equal(["G1", "G2", "mean"], tables[1].Rows.Take(3).Select(row => row[2]));
        Assert.Equal((Percent(result.MeanAtRank(1)!.Value), Percent(result.MeanTpir(1)!.Value)), (tables[1].Rows[5][3], tables[1].Rows[5][^2]));
        foreach (var note in (string[])["No TAR at FAR 1e-4: needs 10000 pairs of two people, there are 9360.", "Nothing of this is real."]) Assert.Contains(note, tables[0].Notes);
        Assert.Contains(tables[0].Notes, note => note.Contains("images count by the detector's score", StringComparison.Ordinal));
        Assert.Contains("G1: 20 people enrolled, 120 searches for them, 120 for others.", tables[1].Notes);
    }

    [Fact]
    public void JSON_holds_the_same_values_and_null_with_a_reason_where_there_is_none()
    {
        using var json = JsonDocument.Parse(IjbcJson.Format([.. Both.Value]));

        Assert.Equal(("btnet-ijbc", 1), (json.RootElement.GetProperty("format").GetString(), json.RootElement.GetProperty("version").GetInt32()));
        var report = json.RootElement.GetProperty("reports").EnumerateArray().Single();
        Assert.Equal(("branch", "detector", 280), (report.GetProperty("way").GetString(), report.GetProperty("weight").GetString(), report.GetProperty("templates").GetInt32()));
        var aggregate = report.GetProperty("results")[2];
        Assert.Equal(("112&14", "aggregate", 112, 14), (aggregate.GetProperty("mode").GetString(), aggregate.GetProperty("kind").GetString(), aggregate.GetProperty("first").GetInt32(), aggregate.GetProperty("second").GetInt32()));
        var tars = aggregate.GetProperty("verification").GetProperty("tar");
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (tars[0].GetProperty("value").ValueKind, tars[0].GetProperty("reason").ValueKind));
        Assert.Equal(Both.Value[0].Results[2].Tars[5].Value!.Value, tars[5].GetProperty("value").GetDouble());
        Assert.Equal(Both.Value[0].Results[2].Tars[5].Interval!.Value.Low, tars[5].GetProperty("interval").GetProperty("low").GetDouble());
        var identification = aggregate.GetProperty("identification");
        Assert.Equal(Both.Value[0].Results[2].Galleries[1].Ranks.At(5), identification.GetProperty("galleries")[1].GetProperty("ranks")[1].GetProperty("value").GetDouble());
        Assert.Equal(Both.Value[0].Results[2].MeanTpir(0)!.Value, identification.GetProperty("mean").GetProperty("tpir")[0].GetProperty("value").GetDouble());
    }

    [Fact]
    public void Without_galleries_there_is_one_table_and_null_in_JSON()
    {
        var drawn = new DrawnTemplates();
        var report = IjbcProtocol.Run(drawn, drawn.Set() with { Galleries = [], Probes = [] }, drawn, new IjbcOptions { Modes = IjbcMode.ParseMatches("14x14") }, [SmallFaceWay.Branch]);

        Assert.Single(IjbcTable.Of(report));
        using var json = JsonDocument.Parse(IjbcJson.Format(report));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("reports")[0].GetProperty("results")[0].GetProperty("identification").ValueKind);
    }

    [Fact]
    public void A_plot_is_a_PNG_of_its_size_and_is_written_to_a_file()
    {
        using var folder = new TemporaryFolder();
        IjbcPlot.Write(folder.File("plot.png"), Both.Value[0]);
        var picture = FaceDecoder.DecodeFile(folder.File("plot.png"));
        Assert.Equal((1320, 780), (picture.Width, picture.Height));
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);
}
