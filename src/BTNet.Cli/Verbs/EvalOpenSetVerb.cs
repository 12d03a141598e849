using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet eval openset</c>.</summary>
internal static class EvalOpenSetVerb
{
    public static Command Create(Terminal terminal)
    {
        Option<string> List(string name, string what) => new(name) { Description = $"List of {what}: a line of path, or path TAB person, a face; without the person it is the folder that the path begins with", HelpName = "FILE", Required = true };
        var (gallery, mated, unmated) = (List("--gallery", "enrolled faces"), List("--mated", "searches for people who are enrolled"), List("--unmated", "searches for strangers"));
        var galleryResolution = new Option<string>("--gallery-resolution") { Description = "At what size enrolled faces are seen", HelpName = "R", DefaultValueFactory = _ => Resolution.Full.ToString() };
        var resolutions = new Option<string?>("--resolutions") { Description = "At what sizes the faces are seen that are searched for; by default 112, 28, 14 and 7, where there is a branch for them", HelpName = "112,28,..." };
        var plots = new Option<string?>("--plots") { Description = "Write curves of true against false positive identification rate as PNG", HelpName = "DIR" };
        var options = new EvalOptions();
        var verb = new Verb(
            "openset",
            "Measures open-set identification: who is this, or nobody who is enrolled? Says how often enrolled people come first (rank 1), and how often they do above the threshold that returns strangers in one of 10, 100 and 1,000 "
            + "searches.",
            "btnet eval openset --model model --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces",
            "btnet eval openset --model package --gallery gallery.txt --mated mated.txt --unmated unmated.txt --root faces --resolutions 14,7 --json openset.json --plots plots");
        options.AddTo(verb, gallery, mated, unmated, galleryResolution, resolutions, options.Root);
        verb.Add(plots);
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            using var model = options.Open(parsed, terminal);
            var embedder = model.Embedder;
            var ways = options.Ways(parsed, embedder);
            var protocol = new OpenSetOptions
            {
                Gallery = Resolution.Parse(parsed.GetRequiredValue(galleryResolution)), Reduction = options.Reduction(parsed), Enlarging = options.Enlarging(parsed), FlipAveraging = options.Flip(parsed),
                GreatestBrokenShare = options.BrokenShare(parsed)
            };
            protocol = protocol with
            {
                Probes = parsed.GetValue(resolutions) is { } text ? [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Resolution.Parse).Distinct()]
                    : [.. protocol.Probes.Where(side => !ways.Contains(SmallFaceWay.Branch) || embedder.Resolutions.Contains(side))]
            };
            string File(Option<string> option) => parsed.GetRequiredValue(option);
            var root = parsed.GetValue(options.Root) ?? Path.GetDirectoryName(Path.GetFullPath(File(gallery)))!;
            var lists = OpenSetListReader.Read(File(gallery), File(mated), File(unmated), root, skipped, protocol.GreatestBrokenShare);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var reports = ProgressDisplay.During(terminal, progress => OpenSetProtocol.Run(embedder, lists, protocol, ways, progress, skipped, interruption.Token));
            if (options.PrintsJson(parsed)) terminal.Raw(OpenSetJson.Format(reports));
            else terminal.Result(OpenSetTable.Of(reports));
            if (parsed.GetValue(options.Json) is { } json) Written.Say(terminal, json, path => OpenSetJson.Write(path, reports));
            if (parsed.GetValue(plots) is { } folder)
                foreach (var report in reports) Written.Say(terminal, Path.Combine(folder, $"openset-{(report.Options.Way == SmallFaceWay.Branch ? "branch" : "upsample")}.png"), path => OpenSetPlot.Write(path, report));
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
