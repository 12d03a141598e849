using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Reports;

/// <summary>True against false positive identification rate, the false one on a logarithmic axis: a curve a resolution of probes.</summary>
public static class OpenSetPlot
{
    /// <summary>Draws a report's curves as a PNG.</summary>
    public static byte[] Draw(OpenSetReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return IdentificationPlot.Draw(
            $"Open-set identification on {report.Lists}, {report.Enrolled} people at {report.Options.Gallery}, {ReportText.InWords(report.Options.Way)}",
            [.. report.Results.Select(result => (
                $"probes at {result.Probes} (rank 1 {ReportText.Percent(result.Identification.RankOne)} %)", result.Identification.Unmated, result.Identification.Curve()))]);
    }

    /// <summary>Writes <see cref="Draw"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, OpenSetReport report)
    {
        var png = Draw(report);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
