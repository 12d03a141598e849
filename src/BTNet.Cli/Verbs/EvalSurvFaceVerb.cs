using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval survface</c>.</summary>
internal static class EvalSurvFaceVerb
{
    public static Command Create(Terminal terminal)
    {
        var root = new Argument<string>("root") { Description = "Folder of QMUL-SurvFace as its owners ship it: the one that Face_Identification_Test_Set is in, or that folder itself", HelpName = "ROOT" };
        var plots = new Option<string?>("--plots") { Description = "Write curves of what is found over the false positive identification rate, and the pairs' ROC, as PNG", HelpName = "DIR" };
        var (options, rules, page) = (new EvalOptions(), new BranchRuleOptions(), new PageOptions());
        var verb = new Verb(
            "survface",
            "Measures a model on QMUL-SurvFace: surveillance faces in the sizes that they were found in, which choose their branches. Says how often enrolled people are among the best 20 and above the threshold that returns strangers "
            + "in 30, 20, 10 and 1 of 100 searches (TPIR20 at FPIR), exactly and as the paper's script computes it, and compares the pairs of the verification set where it is there.",
            "btnet eval survface QMUL-SurvFace --model model",
            "btnet eval survface QMUL-SurvFace --model package --way branch --all-choices --json survface.json --plots plots --report survface.html") { root };
        options.AddTo(verb, rules.All);
        verb.Add(plots);
        page.AddWithoutFacesTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            var protocol = rules.Protocol(parsed, options);
            PageOptions.RequirePlace(parsed.GetValue(page.Report));
            using var model = options.Open(parsed, terminal);
            var ways = rules.Ways(parsed, options, model.Embedder);
            var set = SurvFaceReader.Read(parsed.GetRequiredValue(root), skipped, protocol.GreatestBrokenShare);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var reports = ProgressDisplay.During(terminal, progress => SurvFaceProtocol.Run(model.Embedder, set, protocol, ways, progress, skipped, interruption.Token));
            if (options.PrintsJson(parsed)) terminal.Raw(SurvFaceJson.Format(reports));
            else foreach (var table in SurvFaceTable.All(reports)) terminal.Result(table);
            if (parsed.GetValue(options.Json) is { } json) Written.Say(terminal, json, path => SurvFaceJson.Write(path, reports));
            if (parsed.GetValue(plots) is { } folder)
                foreach (var path in SurvFacePlot.Write(folder, reports)) terminal.Say($"wrote {path}");
            options.Record(terminal, parsed, model, ProtocolRows.Of, reports);
            page.Write(terminal, parsed, parsed.GetRequiredValue(options.Model), model, parsed.GetRequiredValue(root), made => made.Add(reports), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
