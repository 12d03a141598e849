using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Calibration;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Matching;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Data;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet calibrate</c>.</summary>
internal static class CalibrateVerb
{
    private const int Splits = 50, Trials = 100;

    public static Command Create(Terminal terminal)
    {
        var model = new Option<string>("--model", "-m") { Description = "Folder of a model package, which `btnet export` and `btnet extend` write; the calibration is written into it, in place of one that is there", HelpName = "PACKAGE", Required = true };
        var images = new Option<string?>("--images") { Description = "Aligned faces, a folder for each person; one image of each will do. People whom the model was trained on make it think strangers less alike than they are", HelpName = "FOLDER" };
        var pairs = new Option<string[]>("--pairs") { Description = "Labelled pairs instead, where faces are not sorted by person: lists with a line of path TAB path TAB 1 or 0 a pair (1 for one person), as `btnet eval pairs` takes them. They tell less", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var root = new Option<string?>("--root") { Description = "Folder that the paths of --pairs start from; by default the first list's", HelpName = "FOLDER" };
        var identities = new Option<string?>("--identities") { Description = "Text file of the people to take, a name a line; by default all", HelpName = "FILE" };
        var resolutions = new Option<string?>("--resolutions") { Description = "Resolutions to calibrate, each as gallery and as probe; by default all of the model", HelpName = "112,28,..." };
        var most = new Option<int>("--most-images") { Description = "Images of a person that are looked at, from the first", HelpName = "N", DefaultValueFactory = _ => new CalibrationOptions().MostImages };
        var draws = new Option<int>("--draws") { Description = "How often people are drawn anew for the intervals", HelpName = "N", DefaultValueFactory = _ => new CalibrationOptions().Draws };
        var check = new Option<double?>("--check") { Description = $"Check the calibration on the people themselves: {Splits} times a share of them, by default 0.5, are calibrated with, and the others searched for", HelpName = "SHARE", Arity = ArgumentArity.ZeroOrOne };
        var intervals = new Option<bool>("--check-intervals") { Description = $"Check how often intervals of rates hold: {Trials} times a share of the people, that of --check or half, are calibrated with, half of the others enrolled, and the rest searched for. Minutes, for some hundred people" };
        var share = new Option<double>("--broken-share") { Description = "Share of images from 0 to 1 that may be broken, and are left out", HelpName = "SHARE", DefaultValueFactory = _ => new CalibrationPlan().GreatestBrokenShare };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var verb = new Verb(
            "calibrate",
            "Makes a model's scores mean something: which score strangers reach in one of so many searches, at every two resolutions and gallery size, with intervals. The model's embeddings and fingerprint stay as they are.",
            "btnet calibrate --model package --images faces",
            "btnet calibrate --model package --images faces --identities people.txt --resolutions 112,14 --check --json",
            "btnet calibrate --model package --pairs pairs.txt --root faces") { model, images, pairs, root, identities, resolutions, most, draws, check, intervals, share, json };
        verb.Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            if (Given(images) == Given(pairs)) result.AddError("expected either --images with a folder for each person, or --pairs with a list");
            foreach (var option in ((Option[])[identities, most, check, intervals]).Where(option => Given(option) && Given(pairs))) result.AddError($"{option.Name} is of faces sorted by person; leave it away with --pairs");
            if (Given(root) && Given(images)) result.AddError("--root is of --pairs; leave it away with --images");
        });
        verb.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(model);
            if (!ModelPackage.IsPackage(folder)) throw new InputException($"--model {folder} is no model package; `btnet export` makes one of a checkpoint, and `btnet extend` of a recogniser");
            var plan = new CalibrationPlan
            {
                Resolutions = parsed.GetValue(resolutions) is { } list ? EvalOpenSetOptions.ReadLevels(list) : null, CheckSplits = parsed.GetResult(check) is { Implicit: false } ? Splits : 0, IntervalTrials = parsed.GetValue(intervals) ? Trials : 0, CheckShare = parsed.GetValue(check) ?? new CalibrationPlan().CheckShare, GreatestBrokenShare = parsed.GetValue(share),
                Calibration = new CalibrationOptions { MostImages = parsed.GetValue(most), Draws = parsed.GetValue(draws) }
            };
            var skipped = new SkippedItems(terminal.Say);
            using var embedder = FaceEmbedder.Load(folder);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var report = parsed.GetValue(pairs) is { Length: > 0 } lists ? OfPairs(lists) : OfPeople(parsed.GetRequiredValue(images)!);
            var package = embedder.Package.Calibrate(report.Table.ToJson());
            if (parsed.GetValue(json)) ResultJson.Print(terminal, CalibrationOutcome.Of(folder, package, report));
            else CalibrationOutcome.Tell(terminal, report);
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"wrote the calibration into {package.PathOf(ModelPackage.ManifestFile)}; the model's fingerprint is {package.Fingerprint[..12]}..., as before"));
            return ExitCode.After(skipped.Count);

            CalibrationReport OfPeople(string faces)
            {
                var source = new FolderSource(faces, new FolderSourceOptions { Identities = parsed.GetValue(identities) is { } file ? IdentityList.Read(file) : null });
                var set = new CalibrationSet(source.Description, [.. Enumerable.Range(0, source.Count).Select(i => new ListedImage(source.NameOf(i), () => source.Load(i)))], [.. Enumerable.Range(0, source.Count).Select(source.LabelOf)]);
                return ProgressDisplay.During(terminal, progress => CalibrationProtocol.Run(embedder, embedder.Package.Networks, set, plan, progress, skipped, interruption.Token));
            }

            CalibrationReport OfPairs(string[] files)
            {
                var set = PairListReader.Read(files, parsed.GetValue(root) ?? Path.GetDirectoryName(Path.GetFullPath(files[0]))!, skipped, plan.GreatestBrokenShare);
                return ProgressDisplay.During(terminal, progress => PairCalibration.Run(embedder, embedder.Package.Networks, set, plan, progress, skipped, interruption.Token));
            }
        });
        return verb;
    }
}
