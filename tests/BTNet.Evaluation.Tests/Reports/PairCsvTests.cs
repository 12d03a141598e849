using System.Globalization;
using BTNet.Evaluation.Reports;

namespace BTNet.Evaluation.Tests.Reports;

public sealed class PairCsvTests
{
    [Fact]
    public void A_line_a_system_and_resolution_pair_with_as_many_fields_as_the_head()
    {
        var lines = PairCsv.Format(SampleReports.UpSampled, SampleReports.Branches).TrimEnd('\n').Split('\n');
        Assert.Equal(9, lines.Length);
        var head = lines[0].Split(',');
        Assert.All(lines, line => Assert.Equal(head.Length, line.Split(',').Length));
        var fields = lines[6].Split(',').Zip(head).ToDictionary(pair => pair.Second, pair => pair.First);
        var expected = SampleReports.Branches.Results[1];
        Assert.Equal(("Branch", "112x14", "80"), (fields["way"], fields["pair"], fields["pairs"]));
        Assert.Equal(expected.Accuracy.Mean, double.Parse(fields["accuracy"], CultureInfo.InvariantCulture));
        Assert.Equal(expected.TarAt(.1).Interval!.Value.High, double.Parse(fields["tar_1e-1_high"], CultureInfo.InvariantCulture));
        Assert.Equal(expected.EqualErrorRateInterval.Low, double.Parse(fields["eer_low"], CultureInfo.InvariantCulture));
        Assert.Equal(expected.EqualErrorRateInterval.High, double.Parse(fields["eer_high"], CultureInfo.InvariantCulture));
        Assert.Equal("", fields["tar_1e-3"]);
    }

    [Fact]
    public void Names_with_commas_and_quotes_are_quoted()
    {
        var report = SampleReports.Branches with { PairSet = "one, \"two\"" };
        Assert.Contains("pixels,\"one, \"\"two\"\"\",Branch", PairCsv.Format(report));
    }
}
