using System.CommandLine;
using BTNet.Cli.Output;
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
            options.Common.RequirePlaces(parsed, [page.Report, options.Csv], options.Plots);
            using var model = options.Common.Open(parsed, terminal);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var (pairs, reports) = options.Measure(terminal, parsed, model.Embedder, options.Resolutions(parsed, model.Embedder), skipped, interruption.Token);
            var results = new EvalResults<PairReport>(
                reports, ProtocolRows.Of, () => PairJson.Format(reports), () => [reports is [var baseline, var ours] ? PairTable.Compare(baseline, ours) : PairTable.Of(reports[0])],
                folder => PlotFiles.Each(folder, "roc", reports, report => report.Options.Way, RocPlot.Write).Concat(PlotFiles.Each(folder, "heatmap", reports, report => report.Options.Way, HeatMapPlot.Write)));
            options.Common.Give(terminal, parsed, model, results, options.Plots);
            if (parsed.GetValue(options.Csv) is { } csv) Written.Say(terminal, csv, path => PairCsv.Write(path, reports));
            page.Write(
                terminal, parsed, parsed.GetRequiredValue(options.Common.Model), model, parsed.GetValue(options.Common.Root),
                made => made.Add(reports, parsed.GetRequiredValue(options.Pairs), page.ShowsFaces(parsed) ? pairs : null), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
