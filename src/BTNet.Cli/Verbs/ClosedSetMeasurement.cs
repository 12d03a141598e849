using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Records;
using BTNet.Evaluation.Reports;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary>What the verbs do that measure closed sets of faces in their own sizes, whatever the folder's layout is.</summary>
internal static class ClosedSetMeasurement
{
    /// <summary>Reads the data: the folder, the missing images, and the share of them that is borne.</summary>
    public delegate ClosedSetLists Read(ParseResult parsed, string root, SkippedItems skipped, double greatestMissingShare);

    /// <summary>Gives a verb its options and its action.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="terminal">Told what is done.</param>
    /// <param name="root">What the folder is.</param>
    /// <param name="own">Options of the layout.</param>
    /// <param name="read">Reads the data.</param>
    public static Verb AddTo(Verb verb, Terminal terminal, string root, IEnumerable<Option> own, Read read)
    {
        var folder = new Argument<string>("root") { Description = root, HelpName = "ROOT" };
        var (options, rules, page) = (new EvalOptions(), new BranchRuleOptions(), new PageOptions());
        verb.Add(folder);
        options.AddTo(verb, [.. own, .. rules.All]);
        page.AddWithoutFacesTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            var protocol = rules.Protocol(parsed, options);
            PageOptions.RequirePlace(parsed.GetValue(page.Report));
            using var model = options.Open(parsed, terminal);
            var ways = rules.Ways(parsed, options, model.Embedder);
            var lists = read(parsed, parsed.GetRequiredValue(folder), skipped, protocol.GreatestBrokenShare);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var reports = ProgressDisplay.During(terminal, progress => ClosedSetProtocol.Run(model.Embedder, lists, protocol, ways, progress, skipped, interruption.Token));
            if (options.PrintsJson(parsed)) terminal.Raw(ClosedSetJson.Format(reports));
            else foreach (var table in ClosedSetTable.All(reports)) terminal.Result(table);
            if (parsed.GetValue(options.Json) is { } json) Written.Say(terminal, json, path => ClosedSetJson.Write(path, reports));
            options.Record(terminal, parsed, model, ProtocolRows.Of, reports);
            page.Write(terminal, parsed, parsed.GetRequiredValue(options.Model), model, parsed.GetRequiredValue(folder), made => made.Add(reports), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
