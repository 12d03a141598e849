using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval ijbc</c>.</summary>
internal static class EvalIjbcVerb
{
    public static Command Create(Terminal terminal)
    {
        var (options, page) = (new EvalIjbcOptions(), new PageOptions());
        var verb = new Verb(
            "ijbc",
            "Measures a model on IJB-C as InsightFace lays it out: templates of several images compared in pairs (true accept rates) and searched for in two galleries (ranks, and open-set rates), at resolutions of one's choice. "
            + "Faces are aligned by their five points straight to each resolution.",
            "btnet eval ijbc IJBC --model package",
            "btnet eval ijbc IJBC --model package --match 112x112,112x14 --weight norm --flip --json ijbc.json --plots plots --report ijbc.html",
            "btnet eval ijbc IJBC --model package --aggregate \"112&112,112&14\" --weight both");
        options.AddTo(verb);
        page.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            options.Common.RequirePlaces(parsed, [page.Report], options.Plots);
            using var model = options.Common.Open(parsed, terminal);
            var ways = options.Common.Ways(parsed, model.Embedder);
            var protocol = options.For(parsed, model.Embedder, ways);
            var root = parsed.GetRequiredValue(options.Root);
            var set = IjbcReader.Read(root, skipped, protocol.GreatestBrokenShare);
            var faces = new IjbcCrops(Path.Combine(root, IjbcReader.CropFolder), set.Images);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var reports = ProgressDisplay.During(terminal, progress => IjbcProtocol.Run(model.Embedder, set, faces, protocol, ways, progress, skipped, interruption.Token));
            var results = new EvalResults<IjbcReport>(
                reports, ProtocolRows.Of, () => IjbcJson.Format(reports), () => IjbcTable.Of(reports), folder => PlotFiles.Each(folder, "ijbc-roc", reports, report => report.Options.Way, IjbcPlot.Write));
            options.Common.Give(terminal, parsed, model, results, options.Plots);
            page.Write(terminal, parsed, parsed.GetRequiredValue(options.Common.Model), model, root, made => made.Add(reports, set.Files, page.ShowsFaces(parsed) ? (set, faces) : null), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
