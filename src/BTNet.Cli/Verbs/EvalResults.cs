using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;

namespace BTNet.Cli.Verbs;

/// <summary>What a measurement came to, and the forms that it may be given in.</summary>
/// <param name="Reports">The reports.</param>
/// <param name="Row">A report as a line of the registry.</param>
/// <param name="Json">All of them as JSON.</param>
/// <param name="Tables">All of them as tables.</param>
/// <param name="Plots">Writes curves into a folder, and says which files; null where there are none.</param>
internal sealed record EvalResults<T>(
    IReadOnlyList<T> Reports, Func<ResultOrigin, T, ResultRow> Row, Func<string> Json, Func<IEnumerable<ReportTable>> Tables, Func<string, IEnumerable<string>>? Plots = null);

/// <summary>Files that curves are written to.</summary>
internal static class PlotFiles
{
    /// <summary>Writes one for each report, named by what was done with small faces.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">What the names begin with.</param>
    /// <param name="reports">The reports.</param>
    /// <param name="way">What one did with small faces.</param>
    /// <param name="write">Writes a report's curves to a file.</param>
    /// <returns>The files, each once it is written.</returns>
    public static IEnumerable<string> Each<T>(string folder, string name, IEnumerable<T> reports, Func<T, SmallFaceWay> way, Action<string, T> write) => reports.Select(report =>
    {
        var path = Path.Combine(folder, $"{name}-{(way(report) == SmallFaceWay.Branch ? "branch" : "upsample")}.png");
        write(path, report);
        return path;
    });
}
