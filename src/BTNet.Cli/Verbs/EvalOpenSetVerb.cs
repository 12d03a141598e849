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
        var (options, page) = (new EvalOpenSetOptions(new EvalOptions(), required: true), new PageOptions());
        var verb = new Verb(
            "openset",
            "Measures open-set identification: who is this, or nobody who is enrolled? Says how often enrolled people come first (rank 1), and how often they do above the threshold that returns strangers in one of 10, 100 and 1,000 "
            + "searches.",
            "btnet eval openset --model model --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces",
            "btnet eval openset --model package --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces --resolutions 14,7 --json openset.json --plots plots --report openset.html");
        options.AddTo(verb);
        page.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            PageOptions.RequirePlace(parsed.GetValue(page.Report));
            var calibration = options.Calibration(parsed);
            using var model = options.Common.Open(parsed, terminal);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var (lists, reports) = options.Measure(terminal, parsed, model.Embedder, options.Probes(parsed, model.Embedder), skipped, interruption.Token);
            var calibrated = calibration is null ? null : CalibratedOpenSet.Of(
                reports.FirstOrDefault(report => report.Options.Way == SmallFaceWay.Branch) ?? throw new InputException("--calibrated: calibrations are of branches; leave --way upsample away"), calibration);
            if (options.Common.PrintsJson(parsed)) terminal.Raw(OpenSetJson.Format(calibrated, reports));
            else Tell(terminal, calibrated, reports);
            if (parsed.GetValue(options.Common.Json) is { } json) Written.Say(terminal, json, path => OpenSetJson.Write(path, calibrated, reports));
            if (parsed.GetValue(options.Plots) is { } folder)
                foreach (var report in reports) Written.Say(terminal, Path.Combine(folder, $"openset-{(report.Options.Way == SmallFaceWay.Branch ? "branch" : "upsample")}.png"), path => OpenSetPlot.Write(path, report));
            options.Common.Record(terminal, parsed, model, ProtocolRows.Of, reports);
            page.Write(
                terminal, parsed, parsed.GetRequiredValue(options.Common.Model), model, parsed.GetValue(options.Common.Root),
                made => made.Add(reports, options.Files(parsed), page.ShowsFaces(parsed) ? lists : null), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static void Tell(Terminal terminal, CalibratedOpenSet? calibrated, IReadOnlyList<OpenSetReport> reports)
    {
        terminal.Result(OpenSetTable.Of(reports));
        if (calibrated is null) return;
        terminal.Result(CalibratedOpenSetTable.Of(calibrated, reports.First(report => report.Options.Way == SmallFaceWay.Branch)));
        if (CalibratedOpenSetTable.OfQuality(calibrated) is { } quality) terminal.Result(quality);
    }
}
