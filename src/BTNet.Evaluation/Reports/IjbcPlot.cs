using BTNet.Evaluation.Protocols.Ijbc;

namespace BTNet.Evaluation.Reports;

/// <summary>True against false accept rate of pairs of templates, the false one on a logarithmic axis: a curve a mode.</summary>
public static class IjbcPlot
{
    /// <summary>Draws a report's curves as a PNG.</summary>
    public static byte[] Draw(IjbcReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return RocPlot.Draw($"ROC on {report.Set}, {ReportText.InWords(report.Options.Way)}", [.. report.Results.Select(result => (result.Mode.ToString(), result.Roc))]);
    }

    /// <summary>Writes <see cref="Draw"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, IjbcReport report)
    {
        var png = Draw(report);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
