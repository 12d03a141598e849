using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval pairs</c>.</summary>
internal static class EvalPairsVerb
{
    public static Command Create(Terminal terminal)
    {
        var options = new EvalPairsOptions();
        var verb = new Verb(
            "pairs",
            "Measures a model on pairs of faces seen at resolutions of one's choice: accuracy over folds, AUC, EER and true accept rates, with intervals.",
            "btnet eval pairs --model model --pairs pairs-fold3.txt pairs-fold4.txt --root faces",
            "btnet eval pairs --model model --pairs lfw.bin --resolutions 112x112,112x14,14x14 --json pairs.json --csv pairs.csv --plots plots",
            "btnet eval pairs --model recogniser.onnx --input imagenet-rgb --pairs pairs-fold3.txt --root faces");
        options.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            using var model = options.Common.Open(parsed, terminal);
            var embedder = model.Embedder;
            var ways = options.Common.Ways(parsed, embedder);
            var protocol = options.For(parsed, embedder, ways);
            var pairs = PairSets.Open(parsed.GetRequiredValue(options.Pairs), parsed.GetValue(options.Common.Root), skipped, protocol.GreatestBrokenShare);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            PairReport[] reports = ProgressDisplay.During<PairReport[]>(terminal, progress =>
            {
                if (ways.Count == 1) return [PairProtocol.Run(embedder, pairs, protocol, progress, skipped, interruption.Token)];
                var (upSampled, branches) = PairProtocol.RunBothWays(embedder, pairs, protocol, progress, skipped, interruption.Token);
                return [upSampled, branches];
            });
            Tell(terminal, options, parsed, reports);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static void Tell(Terminal terminal, EvalPairsOptions options, ParseResult parsed, PairReport[] reports)
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
