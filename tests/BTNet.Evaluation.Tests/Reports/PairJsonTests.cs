using System.Text.Json;
using BTNet.Evaluation.Reports;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class PairJsonTests
{
    [Fact]
    public void The_keys_are_the_documented_ones()
    {
        using var json = JsonDocument.Parse(PairJson.Format(SampleReports.UpSampled, SampleReports.Branches));
        Assert.Equal(["format", "version", "reports", "comparison"], Keys(json.RootElement));
        var report = json.RootElement.GetProperty("reports")[1];
        Assert.Equal(
            ["embedder", "pairSet", "way", "measure", "reduction", "enlarging", "flipAveraging", "referenceCompatible", "images", "skippedImages", "pairs", "skippedPairs", "notices", "results"],
            Keys(report));
        Assert.Equal(["pair", "first", "second", "same", "different", "accuracy", "auc", "aucInterval", "equalErrorRate", "equalErrorRateInterval", "tar"], Keys(report.GetProperty("results")[0]));
        Assert.Equal(["mean", "standardDeviation", "interval", "folds", "thresholds"], Keys(report.GetProperty("results")[0].GetProperty("accuracy")));
        Assert.Equal(["far", "value", "interval", "threshold", "reason"], Keys(report.GetProperty("results")[0].GetProperty("tar")[0]));
        Assert.Equal(
            ["pair", "accuracyDifference", "accuracyInterval", "mcNemarP", "onlyBaselineRight", "onlyAgainstRight", "far", "tarDifference", "tarInterval"],
            Keys(json.RootElement.GetProperty("comparison")[0].GetProperty("results")[0]));
    }

    [Fact]
    public void The_values_are_those_of_the_report()
    {
        using var json = JsonDocument.Parse(PairJson.Format(SampleReports.Branches));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("comparison").ValueKind);
        var report = json.RootElement.GetProperty("reports")[0];
        Assert.Equal(("branch", "cosine", 80), (report.GetProperty("way").GetString(), report.GetProperty("measure").GetString(), report.GetProperty("pairs").GetInt32()));
        var (result, expected) = (report.GetProperty("results")[3], SampleReports.Branches.Results[3]);
        Assert.Equal(("7x112", 7, 112), (result.GetProperty("pair").GetString(), result.GetProperty("first").GetInt32(), result.GetProperty("second").GetInt32()));
        Assert.Equal(expected.Accuracy.Mean, result.GetProperty("accuracy").GetProperty("mean").GetDouble());
        Assert.Equal(expected.Auc, result.GetProperty("auc").GetDouble());
        Assert.Equal(expected.EqualErrorRateInterval.High, result.GetProperty("equalErrorRateInterval").GetProperty("high").GetDouble());
        Assert.Equal(JsonValueKind.Null, result.GetProperty("tar")[2].GetProperty("value").ValueKind);
        Assert.Contains("1000 pairs", result.GetProperty("tar")[2].GetProperty("reason").GetString());
    }

    [Fact]
    public void Thresholds_of_distances_are_distances()
    {
        using var json = JsonDocument.Parse(PairJson.Format(SampleReports.Reference));
        var report = json.RootElement.GetProperty("reports")[0];
        Assert.Equal("squaredDistance", report.GetProperty("measure").GetString());
        Assert.InRange(report.GetProperty("results")[0].GetProperty("tar")[0].GetProperty("threshold").GetDouble(), 0.001, 4);
        Assert.InRange(report.GetProperty("results")[0].GetProperty("accuracy").GetProperty("thresholds")[0].GetDouble(), 0.001, 4);
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        PairJson.Write(folder.File("report.json"), SampleReports.Branches);
        Assert.Equal(PairJson.Format(SampleReports.Branches), File.ReadAllText(folder.File("report.json")));
        var path = Path.Combine(folder.File("report.json"), "below-a-file.json");
        Assert.Contains(path, Assert.Throws<InputException>(() => PairJson.Write(path, SampleReports.Branches)).Message);
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
