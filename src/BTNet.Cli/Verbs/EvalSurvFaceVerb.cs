using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval survface</c>.</summary>
internal static class EvalSurvFaceVerb
{
    public static Command Create(Terminal terminal)
    {
        var root = new Argument<string>("root") { Description = "Folder of QMUL-SurvFace as its owners ship it: the one that Face_Identification_Test_Set is in, or that folder itself", HelpName = "ROOT" };
        var indicator = new Option<SizeIndicator?>("--indicator") { Description = "Which number stands for a face's size and chooses its branch: the longer side, the shorter, or their mean; by default the longer", HelpName = "max|min|average" };
        var rule = new Option<LadderRule?>("--rule") { Description = "Which branch a size between two goes to: the larger, the nearer or the smaller; by default the larger", HelpName = "ceil|near|floor" };
        var all = new Option<bool>("--all-choices") { Description = "Each indicator with each rule, nine in all" };
        var plots = new Option<string?>("--plots") { Description = "Write curves of what is found over the false positive identification rate, and the pairs' ROC, as PNG", HelpName = "DIR" };
        var options = new EvalOptions();
        var verb = new Verb(
            "survface",
            "Measures a model on QMUL-SurvFace: surveillance faces in the sizes that they were found in, which choose their branches. Says how often enrolled people are among the best 20 and above the threshold that returns strangers "
            + "in 30, 20, 10 and 1 of 100 searches (TPIR20 at FPIR), exactly and as the paper's script computes it, and compares the pairs of the verification set where it is there.",
            "btnet eval survface QMUL-SurvFace --model model",
            "btnet eval survface QMUL-SurvFace --model package --way branch --all-choices --json survface.json --plots plots") { root };
        options.AddTo(verb, indicator, rule, all);
        verb.Add(plots);
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(all) && (parsed.GetValue(indicator) is not null || parsed.GetValue(rule) is not null))
                throw new InputException("--all-choices measures every indicator with every rule; leave it away, or --indicator and --rule");
            var skipped = new SkippedItems(terminal.Say);
            using var model = options.Open(parsed, terminal);
            var ways = options.Ways(parsed, model.Embedder);
            if (ways.Contains(SmallFaceWay.Branch) && model.Embedder.Resolutions.Count == 1)
                throw new InputException($"{model.Embedder.Description} has no branch that a face could be sent to; leave --way branch away, and faces are enlarged for the trunk");
            if (!ways.Contains(SmallFaceWay.Branch) && (parsed.GetValue(all) || parsed.GetValue(indicator) is not null || parsed.GetValue(rule) is not null))
                throw new InputException("--indicator, --rule and --all-choices say which branch a face is sent to, and here all are enlarged for the trunk; leave them away");
            var protocol = new SurvFaceOptions
            {
                Rules = parsed.GetValue(all) ? BranchRule.All : [new BranchRule(parsed.GetValue(indicator) ?? BranchRule.Usual.Indicator, parsed.GetValue(rule) ?? BranchRule.Usual.Rule)],
                Reduction = options.Reduction(parsed), Enlarging = options.Enlarging(parsed), FlipAveraging = options.Flip(parsed), GreatestBrokenShare = options.BrokenShare(parsed)
            };
            var set = SurvFaceReader.Read(parsed.GetRequiredValue(root), skipped, protocol.GreatestBrokenShare);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var reports = ProgressDisplay.During(terminal, progress => SurvFaceProtocol.Run(model.Embedder, set, protocol, ways, progress, skipped, interruption.Token));
            if (options.PrintsJson(parsed)) terminal.Raw(SurvFaceJson.Format(reports));
            else foreach (var table in SurvFaceTable.All(reports)) terminal.Result(table);
            if (parsed.GetValue(options.Json) is { } json) Written.Say(terminal, json, path => SurvFaceJson.Write(path, reports));
            if (parsed.GetValue(plots) is { } folder)
                foreach (var path in SurvFacePlot.Write(folder, reports)) terminal.Say($"wrote {path}");
            options.Record(terminal, parsed, model, ProtocolRows.Of, reports);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
