using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval pairs</c>.</summary>
internal static class EvalPairsVerb
{
    public static Command Create(Terminal terminal)
    {
        var (options, page) = (new EvalPairsOptions(new EvalOptions(), required: true), new PageOptions());
        var verb = new Verb(
            "pairs",
            "Measures a model on pairs of faces seen at resolutions of one's choice: accuracy over folds, AUC, EER and true accept rates, with intervals.",
            "btnet eval pairs --model model --pairs pairs-fold3.txt pairs-fold4.txt --root faces",
            "btnet eval pairs --model model --pairs lfw.bin --resolutions 112x112,112x14,14x14 --json pairs.json --csv pairs.csv --plots plots --report pairs.html",
            "btnet eval pairs --model recogniser.onnx --input imagenet-rgb --pairs pairs-fold3.txt --root faces");
        options.AddTo(verb);
        page.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            PageOptions.RequirePlace(parsed.GetValue(page.Report));
            using var model = options.Common.Open(parsed, terminal);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var (pairs, reports) = options.Measure(terminal, parsed, model.Embedder, options.Resolutions(parsed, model.Embedder), skipped, interruption.Token);
            Tell(terminal, options, parsed, reports);
            options.Common.Record(terminal, parsed, model, ProtocolRows.Of, reports);
            page.Write(
                terminal, parsed, parsed.GetRequiredValue(options.Common.Model), model, parsed.GetValue(options.Common.Root),
                made => made.Add(reports, parsed.GetRequiredValue(options.Pairs), page.ShowsFaces(parsed) ? pairs : null), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static void Tell(Terminal terminal, EvalPairsOptions options, ParseResult parsed, IReadOnlyList<PairReport> reports)
    {
        if (options.Common.PrintsJson(parsed)) terminal.Raw(PairJson.Format(reports));
        else if (reports is [var baseline, var ours]) terminal.Result(PairTable.Compare(baseline, ours));
        else terminal.Result(PairTable.Of(reports[0]));

        if (parsed.GetValue(options.Common.Json) is { } json) Written.Say(terminal, json, path => PairJson.Write(path, reports));
        if (parsed.GetValue(options.Csv) is { } csv) Written.Say(terminal, csv, path => PairCsv.Write(path, reports));
        if (parsed.GetValue(options.Plots) is not { } plots) return;
        foreach (var report in reports)
        {
            var way = report.Options.Way == SmallFaceWay.Branch ? "branch" : "upsample";
            Written.Say(terminal, Path.Combine(plots, $"roc-{way}.png"), path => RocPlot.Write(path, report));
            Written.Say(terminal, Path.Combine(plots, $"heatmap-{way}.png"), path => HeatMapPlot.Write(path, report));
        }
    }
}
