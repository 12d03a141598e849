using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval openset</c>.</summary>
internal static class EvalOpenSetVerb
{
    public static Command Create(Terminal terminal)
    {
        var (options, trials, several, page) = (new EvalOpenSetOptions(new EvalOptions(), required: true), new TrialOptions(), new TemplateOptions(), new PageOptions());
        var verb = new Verb(
            "openset",
            "Measures open-set identification: who is this, or nobody who is enrolled? Says how often enrolled people come first (rank 1), and how often they do above the threshold that returns strangers in one of 10, 100 and 1,000 "
            + "searches. The lists say who is enrolled; with --trials it is drawn, several times.",
            "btnet eval openset --model model --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces",
            "btnet eval openset --model package --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces --resolutions 14,7 --json openset.json --plots plots --report openset.html",
            "btnet eval openset --model model --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces --trials 10 --enrol 200",
            "btnet eval openset --model package --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces --enrolled-faces 3 --gallery-resolution 112,28,14 --templates max,mean");
        options.AddTo(verb);
        several.AddTo(verb, options.Plots, page.Report);
        trials.AddTo(verb, several.Asked, options.Plots, options.Calibrated, page.Report);
        page.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            options.Common.RequirePlaces(parsed, [page.Report], options.Plots);
            var templates = several.Read(parsed, parsed.GetRequiredValue(options.GalleryResolution));
            var calibration = options.Calibration(parsed, isUseful: templates is not null);
            using var model = options.Common.Open(parsed, terminal);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var probes = options.Probes(parsed, model.Embedder);
            if (templates is not null)
            {
                var report = options.MeasureTemplates(terminal, parsed, templates, trials.Drawing(parsed, new OpenSetTrialOptions().Count)!, model.Embedder, probes, calibration, skipped, interruption.Token);
                options.Common.Give(terminal, parsed, model, new EvalResults<OpenSetTemplateReport>([report], ProtocolRows.Of, () => OpenSetTemplateJson.Format(report), () => [OpenSetTemplateTable.Of(report)]));
                return ExitCode.After(skipped.Count);
            }

            if (trials.Drawing(parsed) is { } drawing)
            {
                var spreads = options.MeasureTrials(terminal, parsed, drawing, model.Embedder, probes, skipped, interruption.Token);
                options.Common.Give(terminal, parsed, model, new EvalResults<OpenSetTrialReport>(spreads, ProtocolRows.Of, () => OpenSetTrialJson.Format(spreads), () => [OpenSetTrialTable.Of(spreads)]));
                return ExitCode.After(skipped.Count);
            }

            var (lists, reports) = options.Measure(terminal, parsed, model.Embedder, probes, skipped, interruption.Token);
            (CalibratedOpenSet Rates, OpenSetReport Report)? calibrated = null;
            if (calibration is not null)
            {
                var branches = reports.FirstOrDefault(report => report.Options.Way == SmallFaceWay.Branch) ?? throw new InputException("--calibrated: calibrations are of branches; leave --way upsample away");
                calibrated = (CalibratedOpenSet.Of(branches, calibration, interruption.Token), branches);
            }

            var results = new EvalResults<OpenSetReport>(
                reports, ProtocolRows.Of, () => OpenSetJson.Format(calibrated?.Rates, reports), () => Tables(calibrated, reports), folder => PlotFiles.Each(folder, "openset", reports, report => report.Options.Way, OpenSetPlot.Write));
            options.Common.Give(terminal, parsed, model, results, options.Plots);
            page.Write(
                terminal, parsed, parsed.GetRequiredValue(options.Common.Model), model, parsed.GetValue(options.Common.Root),
                made => made.Add(reports, options.Files(parsed), page.ShowsFaces(parsed) ? lists : null, calibrated), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static IEnumerable<ReportTable> Tables((CalibratedOpenSet Rates, OpenSetReport Report)? calibrated, IReadOnlyList<OpenSetReport> reports)
    {
        yield return OpenSetTable.Of(reports);
        if (calibrated is not { } found) yield break;
        yield return CalibratedOpenSetTable.Of(found.Rates, found.Report);
        if (CalibratedOpenSetTable.OverGalleries(found.Rates, found.Report) is { } over) yield return over;
        if (CalibratedOpenSetTable.OfQuality(found.Rates) is { } quality) yield return quality;
    }
}
