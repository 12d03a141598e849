using System.Text.Json;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Tests.Protocols.OpenSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class OpenSetReportsTests
{
    private static readonly Lazy<IReadOnlyList<OpenSetReport>> Both = new(() => OpenSetProtocol.Run(
        new PixelEmbedder(), RenderedPeople.Lists(enrolled: 20, strangers: 110), new OpenSetOptions { Probes = [Resolution.Full, Resolution.Of(14)] }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]));

    [Fact]
    public void A_table_sets_both_ways_under_each_other_and_says_which_rate_the_strangers_cannot_tell()
    {
        var table = OpenSetTable.Of([.. Both.Value]);

        Assert.Equal(["112", "112", "14", "14"], table.Rows.Select(row => row[0]));
        Assert.Equal(["up-sampled", "BTNet", "up-sampled", "BTNet"], table.Rows.Select(row => row[1]));
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
        Assert.All(table.Rows, row => Assert.Equal("-", row[^1]));
        Assert.Equal((100 * Both.Value[1][Resolution.Of(14)].Tpirs[1].Value!.Value).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), table.Rows[3][6]);
        Assert.Contains(table.Notes, note => note == "No TPIR at FPIR 1e-3: it takes 1000 searches with strangers, and there are 110.");
        Assert.Contains("20 people at 112", table.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void JSON_holds_the_same_values_and_null_with_a_reason_where_there_is_none()
    {
        using var json = JsonDocument.Parse(OpenSetJson.Format([.. Both.Value]));

        Assert.Equal("btnet-openset", json.RootElement.GetProperty("format").GetString());
        var branch = json.RootElement.GetProperty("reports")[1];
        Assert.Equal(("branch", 112, 20), (branch.GetProperty("way").GetString(), branch.GetProperty("gallery").GetInt32(), branch.GetProperty("enrolled").GetInt32()));
        var small = branch.GetProperty("results")[1];
        Assert.Equal((14, 40, 110), (small.GetProperty("probes").GetInt32(), small.GetProperty("mated").GetInt32(), small.GetProperty("unmated").GetInt32()));
        var (hundredth, thousandth) = (small.GetProperty("tpir")[1], small.GetProperty("tpir")[2]);
        Assert.Equal(Both.Value[1][Resolution.Of(14)].Tpirs[1].Value!.Value, hundredth.GetProperty("value").GetDouble());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (thousandth.GetProperty("value").ValueKind, thousandth.GetProperty("reason").ValueKind));
    }

    [Fact]
    public void A_plot_is_a_PNG_of_its_size_and_is_written_to_a_file()
    {
        using var folder = new TemporaryFolder();
        OpenSetPlot.Write(folder.File("plot.png"), Both.Value[1]);

        var picture = FaceDecoder.DecodeFile(folder.File("plot.png"));
        Assert.Equal((1320, 780), (picture.Width, picture.Height));
        Assert.NotEqual(OpenSetPlot.Draw(Both.Value[0]), File.ReadAllBytes(folder.File("plot.png")));
    }
}
