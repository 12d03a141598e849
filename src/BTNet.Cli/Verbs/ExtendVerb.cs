using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet extend</c>.</summary>
internal static class ExtendVerb
{
    private const int FacesDrawn = 3;
    private const int EpochsDrawn = 8;

    public static Command Create(Terminal terminal)
    {
        var onnx = new Argument<string>("ONNX") { Description = "The recogniser: a convolutional network from faces of 112 pixels to embeddings" };
        var output = new Option<string?>("--output", "-o") { Description = "Folder for the package: the recogniser as it is, and its branches", HelpName = "DIR" };
        var work = new Option<string?>("--work") { Description = "Folder for branches as they are trained; by default that of the package with .training behind its name", HelpName = "DIR" };
        var resolutions = new Option<string>("--resolutions") { Description = "Which branches", HelpName = "28,14,7", DefaultValueFactory = _ => "28,14,7" };
        var input = RecogniserChoices.Input();
        var joins = new Option<bool>("--joins") { Description = "List the places where a branch can join the recogniser, and stop" };
        var views = new Option<string?>("--show-views") { Description = "Draw what the first of the branches would learn from, some faces over some epochs, into a PNG file, and stop", HelpName = "FILE" };
        var options = new TrainingOptions(recipeIsRequired: false, "--images");
        var verb = new Verb(
            "extend",
            "Gives a recogniser that somebody else trained branches for small faces, learnt from faces without labels. The recogniser stays as it is: faces of 112 pixels get the embeddings that they had. "
            + "Ctrl-C saves the state and exits with 130; the same command goes on from there.",
            "btnet extend recogniser.onnx --images faces --output extended",
            "btnet extend recogniser.onnx --joins",
            "btnet extend recogniser.onnx --resolutions 14 --images faces --show-views views.png",
            "btnet extend recogniser.onnx --resolutions 14 --images faces --identities train.txt --validation-pairs pairs.txt --validation-root faces --output extended --set branch.oversampling=1") { onnx, output, work, resolutions, input, joins, views };
        options.AddTo(verb, measured: false);
        verb.SetAction(parsed =>
        {
            using var trunk = OnnxTrunk.Load(parsed.GetRequiredValue(onnx));
            var sides = parsed.GetRequiredValue(resolutions).Split(',', StringSplitOptions.TrimEntries).Select(Resolution.Parse).Distinct().ToList();
            if (parsed.GetValue(joins)) return List(terminal, trunk, parsed.GetValue(options.Json));
            // What is cheap to find out is found out before the faces are looked through.
            if (sides.Any(side => side.IsFull)) throw new InputException($"--resolutions {Resolution.Full}: faces of that size enter the recogniser itself; expected some of 56, 28, 14 and 7");
            RecogniserExtension.Require(trunk, sides);
            if (parsed.GetValue(views) is { } picture) return Draw(terminal, options.RecipeOf<ExtensionRecipe>(parsed), sides[0], picture, parsed.GetValue(options.Json));
            var package = parsed.GetValue(output) ?? throw new InputException("--output is missing; expected a folder for the package, such as --output extended");
            var recipe = options.RecipeOf<ExtensionRecipe>(parsed);
            // One that is not there is told before faces are read.
            DeviceChoice.Resolve(recipe.Run.Device);
            var named = RecogniserChoices.Named(parsed, input);
            var model = new ModelDirectory(parsed.GetValue(work) ?? $"{Path.TrimEndingDirectorySeparator(package)}.training");
            var skipped = new SkippedItems(terminal.Say);
            var source = FaceSources.Open(recipe.Data, recipe.Run.Seed, skipped);
            var pairs = recipe.Run.ValidationPairs.Length == 0 ? null : PairSets.Open(recipe.Run.ValidationPairs, recipe.Run.ValidationRoot);
            PairValidation.WarnOfShared(recipe.Run, source, terminal.Say);
            terminal.Say($"extending {trunk.Path} ({trunk.MultiplyAccumulates / 1e6:0} million multiply-accumulates, embeddings of {trunk.EmbeddingSize}) with {source.Description}");
            using var interruption = new Interruption(terminal, "stopping after this step and saving the state; once more to stop at once");
            var outcome = ProgressDisplay.During(terminal, progress =>
            {
                var expected = RecogniserExtension.Input(trunk, named, source, terminal.Say, progress, interruption.Token);
                var recogniser = new Recogniser(trunk, expected);
                return RecogniserExtension.Run(recogniser, source, new ExtensionRequest(sides, recipe, model, package, pairs, parsed.GetValue(options.Fresh)), new TrainingObserver(progress, terminal.Say), progress, interruption.Token);
            });
            Tell(terminal, outcome, recipe, model, parsed.GetValue(options.Json));
            return outcome.Finished ? ExitCode.After(skipped.Count + outcome.Skipped) : ExitCode.Interrupted;
        });
        return verb;
    }

    private static int List(Terminal terminal, OnnxTrunk trunk, bool json)
    {
        if (json)
        {
            ResultJson.Print(terminal, new { trunk.Path, trunk.EmbeddingSize, trunk.MultiplyAccumulates, Joins = trunk.Joins.Select(join => new { join.Tensor, Side = join.Shape.Height, join.Shape.Channels, join.Depth, join.TailMultiplyAccumulates, IsEarliest = Taken(join, JoinPlace.Earliest).Length > 0, IsDeepest = Taken(join, JoinPlace.Deepest).Length > 0 }) });
            return ExitCode.Done;
        }

        terminal.Result(
            string.Create(CultureInfo.InvariantCulture, $"{trunk.Path}: {trunk.MultiplyAccumulates / 1e6:0.0} million multiply-accumulates, embeddings of {trunk.EmbeddingSize}"),
            ["map", "side", "channels", "layers in front", "M multiply-accumulates behind", "earliest for", "deepest for"],
            [.. trunk.Joins.Select(IReadOnlyList<string> (join) =>
            [
                join.Tensor, Number(join.Shape.Height), Number(join.Shape.Channels), Number(join.Depth), (join.TailMultiplyAccumulates / 1e6).ToString("0.0", CultureInfo.InvariantCulture),
                Taken(join, JoinPlace.Earliest), Taken(join, JoinPlace.Deepest)
            ])],
            [
                "Every map of square size that all paths from input to embedding cross. Branches of the recogniser's own layers join the deepest for their size, those of fresh layers the earliest; "
                + "`--set joinPlace=earliest` or deepest says which, `--set join=MAP` takes any other."
            ]);
        return ExitCode.Done;

        string Taken(OnnxJoin join, JoinPlace place) => Resolution.All.Any(side => side.Side == join.Shape.Height && trunk.JoinAt(side, place) == join) ? Number(join.Shape.Height) : "";
    }

    private static int Draw(Terminal terminal, ExtensionRecipe recipe, Resolution side, string picture, bool json)
    {
        var skipped = new SkippedItems(terminal.Say);
        var source = FaceSources.Open(recipe.Data, recipe.Run.Seed, skipped);
        var (page, faces) = ExtensionTraining.DrawViews(recipe, source, side, FacesDrawn, EpochsDrawn, skipped);
        AtomicFile.Write(picture, stream => stream.Write(FaceEncoder.EncodePng(page)));
        if (json) ResultJson.Print(terminal, new { Picture = picture, Resolution = side.Side, Faces = faces, Epochs = EpochsDrawn });
        else terminal.Result($"{picture}: {faces} faces as the recogniser and the branch of {side} would see them in {EpochsDrawn} epochs");
        return ExitCode.After(skipped.Count);
    }

    /// <summary>Why a branch is not worth it; null where it is.</summary>
    internal static string? Remark(BranchWorth worth, BranchShape shape) =>
        worth.Pays ? null
        : worth.Branch <= worth.Enlarged ? $"The branch for {worth.Resolution} does not pay: enlarging such faces for the recogniser does as well. Train it longer, on more faces, or leave it out."
        : $"The branch for {worth.Resolution} takes {(worth.MultiplyAccumulates == worth.OfRecogniser ? "as many multiply-accumulates as" : "more multiply-accumulates than")} the recogniser; {Smaller(shape, worth.Resolution)}.";

    private static string Smaller(BranchShape shape, Resolution side) => shape switch
    {
        { Blocks: BranchBlocks.Copied } when shape.For(side.Side).Oversampling > 1 => "a lower branch.oversampling makes it smaller",
        { Blocks: BranchBlocks.Copied } => "other blocks than the recogniser's (branch.blocks) make it smaller",
        { Width: null, Depth: null } and not { Size: BranchSize.Light } => "--set branch.size=light makes it smaller",
        _ => "a lower branch.width or branch.depth makes it smaller"
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Tell(Terminal terminal, ExtensionOutcome outcome, ExtensionRecipe recipe, ModelDirectory model, bool json)
    {
        if (json)
        {
            ResultJson.Print(terminal, new
            {
                outcome.Finished, outcome.Export, outcome.Worth,
                Pairs = outcome.Branches?.Against(outcome.UpSampled!).Select(compared => new
                {
                    Pair = compared.Resolutions.ToString(), Enlarged = outcome.UpSampled![compared.Resolutions].Accuracy.Mean, Branch = outcome.Branches[compared.Resolutions].Accuracy.Mean, compared.Difference.Accuracy,
                    Low = compared.Difference.AccuracyInterval.Low, High = compared.Difference.AccuracyInterval.High
                })
            });
            return;
        }

        if (!outcome.Finished) return; // it has been said where it stopped
        string Cosine(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
        string Millions(long value) => (value / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
        terminal.Result(
            outcome.Export is { } export ? string.Create(CultureInfo.InvariantCulture, $"{export.Directory}: {export.Bytes / 1e6:0.0} MB") : $"{model.Path}: the recogniser's layers on enlarged faces, to compare with; they are not packaged",
            ["resolution", "enlarged", "branch", "M multiply-accumulates", "of the recogniser"],
            [.. outcome.Worth.Select(IReadOnlyList<string> (worth) => [worth.Resolution.ToString(), Cosine(worth.Enlarged), Cosine(worth.Branch), Millions(worth.MultiplyAccumulates), Millions(worth.OfRecogniser)])],
            [
                $"Mean cosine of small faces' embeddings to those of the same faces at 112, of {(outcome.Worth is [var first, ..] ? first.Faces : 0)} faces that were not trained on, of people who may have been trained on.",
                .. outcome.Worth.Where(_ => outcome.Export is not null).Select(worth => Remark(worth, recipe.Branch)).OfType<string>()
            ]);
        if (outcome is { UpSampled: { } enlarged, Branches: { } branches }) terminal.Result(PairTable.Compare(enlarged, branches));
    }
}
