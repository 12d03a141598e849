using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet report</c>.</summary>
internal static class ReportVerb
{
    public static Command Create(Terminal terminal)
    {
        var common = new EvalOptions();
        var (pairs, openSet, page) = (new EvalPairsOptions(common, required: false), new EvalOpenSetOptions(common, required: false), new PageOptions());
        var resolutions = new Option<string?>("--resolutions") { Description = "At what sizes faces are seen: pairs at each two of them, searches at each; by default 112, 28, 14 and 7, where there is a branch for them", HelpName = "112,28,..." };
        var output = new Option<string>("--output", "-o") { Description = "The page, an HTML file; one that is there is replaced", HelpName = "FILE", Required = true };
        var verb = new Verb(
            "report",
            "Measures a model on what is named, pairs or lists for open-set search or both, and writes one page for people: tables as in the paper, curves, maps, what a face costs by resolution, latency, and what made it. "
            + "One HTML file that needs neither a network nor scripts.",
            "btnet report --model model --pairs pairs-fold3.txt pairs-fold4.txt --root faces --output report.html",
            "btnet report --model package --pairs lfw.bin --output report.html --show-faces",
            "btnet report --model package --pairs pairs-fold3.txt pairs-fold4.txt --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces --output report.html");
        common.AddWithoutJsonTo(verb, [pairs.Pairs, pairs.Reference, .. openSet.Own, resolutions, common.Root]);
        page.AddShowFacesTo(verb);
        verb.Add(output);
        verb.Validators.Add(result =>
        {
            Option<string>[] lists = [openSet.Gallery, openSet.Mated, openSet.Unmated];
            var missing = lists.Where(list => result.GetResult(list) is null).Select(list => list.Name).ToList();
            if (missing.Count == lists.Length && result.GetResult(pairs.Pairs) is null) result.AddError("nothing is named to be measured; expected --pairs, or --gallery, --mated and --unmated, or both");
            else if (missing.Count == lists.Length && result.GetResult(openSet.GalleryResolution) is { Implicit: false }) result.AddError($"{openSet.GalleryResolution.Name} is of open-set search, and its lists are not named");
            else if (result.GetResult(pairs.Pairs) is null && result.GetResult(pairs.Reference) is { Implicit: false }) result.AddError($"{pairs.Reference.Name} is of pairs, and none are named");
            else if (missing.Count > 0 && missing.Count < lists.Length) result.AddError($"open-set search takes three lists, and {string.Join(" and ", missing)} is missing");
        });
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            AtomicFile.Require(parsed.GetRequiredValue(output));
            using var model = common.Open(parsed, terminal);
            var levels = parsed.GetValue(resolutions) is { } text ? EvalOpenSetOptions.ReadLevels(text) : null;
            var made = new ModelPage(model, parsed.GetRequiredValue(common.Model));
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            if (parsed.GetValue(pairs.Pairs) is { Length: > 0 } files)
            {
                var (set, reports) = pairs.Measure(terminal, parsed, model.Embedder, EachTwoOf(levels ?? Usual(model, common.Ways(parsed, model.Embedder))), skipped, interruption.Token);
                made.Add(reports, files, page.ShowsFaces(parsed) ? set : null);
            }

            if (parsed.GetValue(openSet.Gallery) is not null)
            {
                var (lists, reports) = openSet.Measure(terminal, parsed, model.Embedder, levels ?? Usual(model, common.Ways(parsed, model.Embedder)), skipped, interruption.Token);
                made.Add(reports, openSet.Files(parsed), page.ShowsFaces(parsed) ? lists : null);
            }

            made.Write(terminal, parsed.GetRequiredValue(output), parsed, parsed.GetValue(common.Root), interruption.Token);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static IReadOnlyList<Resolution> Usual(AnyModel model, IReadOnlyList<SmallFaceWay> ways) =>
        [.. new[] { 112, 28, 14, 7 }.Select(Resolution.Of).Where(side => !ways.Contains(SmallFaceWay.Branch) || model.Embedder.Resolutions.Contains(side))];

    /// <summary>Both images at each resolution: the map has no gap, and of a face seen once another pair costs next to nothing.</summary>
    private static IReadOnlyList<ResolutionPair> EachTwoOf(IReadOnlyList<Resolution> levels) => [.. from first in levels.OrderDescending() from second in levels.OrderDescending() select new ResolutionPair(first, second)];
}
