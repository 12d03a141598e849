using System.Globalization;
using System.Text.Json;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Evaluation.Tests.Protocols.SurvFace;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class SurvFaceReportsTests
{
    private static readonly Lazy<IReadOnlyList<SurvFaceReport>> Both = new(() => Measure(pairs: true));

    /// <summary>The same for other tests of what is made of reports.</summary>
    internal static IReadOnlyList<SurvFaceReport> Sample => Both.Value;

    [Fact]
    public void Tables_hold_both_ways_both_prototypes_and_the_grid_beside_the_exact_value()
    {
        var tables = SurvFaceTable.All([.. Both.Value]);
        var searches = tables[0];

        Assert.Equal(["up-sampled", "up-sampled", "BTNet", "BTNet"], searches.Rows.Select(row => row[0]));
        Assert.Equal(["-", "-", "average near", "average near"], searches.Rows.Select(row => row[1]));
        Assert.Equal(["raw", "normalised", "raw", "normalised"], searches.Rows.Select(row => row[2]));
        var raw = Both.Value[1].Results[0][GalleryPrototype.Raw];
        Assert.Equal((Percent(raw.Tpirs[0].Value!.Value), Percent(raw.Grid.Tpirs[0].Value), "-", Percent(raw.Auc), Percent(raw.Grid.Auc)), (searches.Rows[2][4], searches.Rows[2][6], searches.Rows[2][13], searches.Rows[2][^3], searches.Rows[2][^1]));
        Assert.Contains("No TPIR20 at FPIR 0.01: it takes 100 searches with strangers, and there are 12.", searches.Notes);
        Assert.Contains(searches.Notes, note => note.StartsWith("A list of 20 holds everybody", StringComparison.Ordinal));
        Assert.Equal(("40 pairs", Percent(Both.Value[1].Results[0].Verification!.Auc)), (tables[1].Title[^8..], tables[1].Rows[1][4]));
        Assert.Contains(tables[1].Notes, note => note.Contains("stratified", StringComparison.Ordinal));
        Assert.Contains("No TAR at FAR 0.001: needs 1000 pairs of two people, there are 20.", tables[1].Notes);
        Assert.Equal(("112", "100.00", "-"), (tables[2].Columns[2], tables[2].Rows[0][2], tables[2].Rows[0][3]));
        Assert.Equal(100, tables[2].Rows[1].Skip(2).Sum(cell => double.Parse(cell, CultureInfo.InvariantCulture)), 0.03);
        Assert.All(tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count)));
        Assert.Equal(2, SurvFaceTable.All([.. Measure(pairs: false)]).Count);
    }

    [Fact]
    public void JSON_holds_the_same_values_and_null_with_a_reason_where_there_is_none()
    {
        using var json = JsonDocument.Parse(SurvFaceJson.Format([.. Both.Value]));

        Assert.Equal(("btnet-survface", 1), (json.RootElement.GetProperty("format").GetString(), json.RootElement.GetProperty("version").GetInt32()));
        var (enlarged, branch) = (json.RootElement.GetProperty("reports")[0], json.RootElement.GetProperty("reports")[1]);
        Assert.Equal(("branch", 6, 40), (branch.GetProperty("way").GetString(), branch.GetProperty("enrolled").GetInt32(), branch.GetProperty("pairs").GetInt32()));
        Assert.Equal(JsonValueKind.Null, enlarged.GetProperty("results")[0].GetProperty("rule").ValueKind);
        var result = branch.GetProperty("results")[0];
        Assert.Equal(("average", "near"), (result.GetProperty("indicator").GetString(), result.GetProperty("rule").GetString()));
        var normalised = result.GetProperty("identification")[1];
        var expected = Both.Value[1].Results[0][GalleryPrototype.Normalised];
        Assert.Equal("normalised", normalised.GetProperty("prototypes").GetString());
        Assert.Equal((expected.Auc, expected.Grid.Auc), (normalised.GetProperty("auc").GetDouble(), normalised.GetProperty("gridAuc").GetDouble()));
        Assert.Equal(expected.Grid.Tpirs[1].Value, normalised.GetProperty("tpir")[1].GetProperty("grid").GetProperty("value").GetDouble());
        var hundredth = normalised.GetProperty("tpir")[3];
        Assert.Equal((JsonValueKind.Null, JsonValueKind.String), (hundredth.GetProperty("value").ValueKind, hundredth.GetProperty("reason").ValueKind));
        Assert.Equal(Both.Value[1].Results[0].Verification!.Accuracy.Mean, result.GetProperty("verification").GetProperty("accuracy").GetProperty("mean").GetDouble());
        Assert.Equal(12, result.GetProperty("branches").EnumerateArray().Sum(share => share.GetProperty("gallery").GetInt32()));
        Assert.Contains("\"verification\": null", SurvFaceJson.Format([.. Measure(pairs: false)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Plots_are_written_a_kind_of_prototypes_each_and_one_of_the_pairs()
    {
        using var folder = new TemporaryFolder();
        var written = SurvFacePlot.Write(folder.Path, [.. Both.Value]);

        Assert.Equal(["survface-raw.png", "survface-normalised.png", "survface-roc.png"], written.Select(path => Path.GetFileName(path)));
        Assert.All(written, path => Assert.Equal(1320, FaceDecoder.DecodeFile(path).Width));
        Assert.Equal(3, written.Select(File.ReadAllBytes).Select(Convert.ToHexString).Distinct().Count());
        Assert.Null(SurvFacePlot.DrawPairs(Measure(pairs: false)));
    }

    private static IReadOnlyList<SurvFaceReport> Measure(bool pairs)
    {
        using var folder = new SurvFaceFolder();
        folder.Fill(noise: 250, spread: .055);
        if (pairs) folder.FillPairs();
        return SurvFaceProtocol.Run(
            new PixelEmbedder(), SurvFaceReader.Read(folder.Root), new NativeSizeOptions { Rules = [new BranchRule(SizeIndicator.Average, LadderRule.Near)] }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);
}
