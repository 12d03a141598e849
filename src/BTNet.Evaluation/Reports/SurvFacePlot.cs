using BTNet.Evaluation.Protocols.SurvFace;

namespace BTNet.Evaluation.Reports;

/// <summary>Curves of QMUL-SurvFace: what is found over the false positive identification rate, and the pairs' ROC, a curve a way of treating small faces and of choosing branches.</summary>
public static class SurvFacePlot
{
    /// <summary>Draws what is found among the best 20 over the false positive identification rate, that on a logarithmic axis, as a PNG.</summary>
    /// <param name="reports">On the same data, at least one.</param>
    /// <param name="prototype">The kind of prototypes.</param>
    public static byte[] Draw(IReadOnlyList<SurvFaceReport> reports, GalleryPrototype prototype)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0) throw new ArgumentException("needs at least one report", nameof(reports));
        return IdentificationPlot.Draw(
            $"{reports[0].Set}: found among the best 20 of {reports[0].Enrolled} people, prototypes of {(prototype == GalleryPrototype.Raw ? "raw" : "normalised")} embeddings",
            [.. Named(reports).Select(entry => ($"{entry.Name} (AUC {entry.Result[prototype].Auc:0.0000})", entry.Result[prototype].Unmated, entry.Result[prototype].Curve()))]);
    }

    /// <summary>Draws the pairs' ROC as a PNG; null where no pairs were compared.</summary>
    /// <param name="reports">On the same data.</param>
    public static byte[]? DrawPairs(IReadOnlyList<SurvFaceReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var curves = Named(reports).Where(entry => entry.Result.Verification is not null).Select(entry => (entry.Name, entry.Result.Verification!.Roc)).ToList();
        return curves.Count == 0 ? null : RocPlot.Draw($"{reports[0].Set}: ROC of {reports[0].Pairs} pairs", curves);
    }

    /// <summary>Writes the plots into a folder: <c>survface-raw.png</c>, <c>survface-normalised.png</c> and, where pairs were compared, <c>survface-roc.png</c>.</summary>
    /// <returns>The files written.</returns>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, params IReadOnlyList<SurvFaceReport> reports)
    {
        var drawn = Enum.GetValues<GalleryPrototype>().Select(kind => (Name: kind == GalleryPrototype.Raw ? "raw" : "normalised", Png: Draw(reports, kind))).ToList();
        if (DrawPairs(reports) is { } roc) drawn.Add(("roc", roc));
        return [.. drawn.Select(plot =>
        {
            var path = Path.Combine(folder, $"survface-{plot.Name}.png");
            AtomicFile.Write(path, stream => stream.Write(plot.Png));
            return path;
        })];
    }

    /// <summary>What came out, each with the name that legends call it by.</summary>
    internal static IEnumerable<(string Name, SurvFaceResult Result)> Named(IReadOnlyList<SurvFaceReport> reports) =>
        reports.SelectMany(report => report.Results.Select(result => (ReportText.Series(report.Way, result.Rule), result)));
}
