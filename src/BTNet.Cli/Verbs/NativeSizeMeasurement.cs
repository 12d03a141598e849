using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary>What the verbs do that measure faces in their own sizes, whatever the protocol and the folder's layout are.</summary>
internal static class NativeSizeMeasurement
{
    /// <summary>Reads the data: the folder, the missing images, and the share of each list that may be missing.</summary>
    public delegate TSet Read<out TSet>(ParseResult parsed, string root, SkippedItems skipped, double greatestMissingShare);

    /// <summary>Measures a network on it.</summary>
    public delegate IReadOnlyList<TReport> Run<in TSet, TReport>(
        IEmbedder embedder, TSet set, NativeSizeOptions? options, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress, SkippedItems? skipped, CancellationToken cancellation);

    /// <summary>Gives a verb its options and its action.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="terminal">Told what is done.</param>
    /// <param name="root">What the folder is.</param>
    /// <param name="own">Options of the layout.</param>
    /// <param name="plots">The folder of curves; null where there are none.</param>
    /// <param name="read">Reads the data.</param>
    /// <param name="run">Measures.</param>
    /// <param name="results">What it came to.</param>
    /// <param name="page">Adds it to a page, on which faces may be shown or not.</param>
    public static Verb AddTo<TSet, TReport>(
        Verb verb, Terminal terminal, string root, IEnumerable<Option> own, Option<string?>? plots, Read<TSet> read, Run<TSet, TReport> run, Func<IReadOnlyList<TReport>, EvalResults<TReport>> results,
        Action<ModelPage, IReadOnlyList<TReport>, TSet, bool> page)
    {
        var folder = new Argument<string>("root") { Description = root, HelpName = "ROOT" };
        var (options, rules, pages) = (new EvalOptions(), new BranchRuleOptions(), new PageOptions());
        verb.Add(folder);
        options.AddTo(verb, [.. own, .. rules.All]);
        if (plots is not null) verb.Add(plots);
        pages.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            var protocol = rules.Protocol(parsed, options);
            options.RequirePlaces(parsed, [pages.Report], plots);
            using var model = options.Open(parsed, terminal);
            var ways = rules.Ways(parsed, options, model.Embedder);
            var set = read(parsed, parsed.GetRequiredValue(folder), skipped, protocol.GreatestBrokenShare);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var reports = ProgressDisplay.During(terminal, progress => run(model.Embedder, set, protocol, ways, progress, skipped, interruption.Token));
            options.Give(terminal, parsed, model, results(reports), plots);
            pages.Write(terminal, parsed, parsed.GetRequiredValue(options.Model), model, parsed.GetRequiredValue(folder), made => page(made, reports, set, pages.ShowsFaces(parsed)), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
