using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Checkpoints;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet extend</c>.</summary>
internal static class ExtendVerb
{
    public static Command Create(Terminal terminal)
    {
        var onnx = new Argument<string>("ONNX") { Description = "The recogniser: faces of 112 pixels in, an embedding out" };
        var output = new Option<string>("--output", "-o") { Description = "Folder that receives the branches", HelpName = "DIR", Required = true };
        var resolutions = new Option<string>("--resolutions") { Description = "Which branches", HelpName = "28,14,7", DefaultValueFactory = _ => "28,14,7" };
        var input = new Option<string?>("--input") { Description = "What the recogniser expects of pixels; by default it is found out", HelpName = "NAME" };
        var options = new TrainingOptions(recipeIsRequired: false);
        var verb = new Verb(
            "extend",
            "Trains branches for faces of 28, 14 and 7 pixels for a recogniser that somebody else trained, from faces without labels. The recogniser stays as it is.",
            "btnet extend recogniser.onnx --data faces --output extended",
            "btnet extend recogniser.onnx --resolutions 14 --data faces --identities train.txt --validation-pairs pairs.txt --validation-root faces --output extended") { onnx, output, resolutions, input };
        options.AddTo(verb);
        verb.SetAction(parsed =>
        {
            var overrides = options.Overrides(parsed);
            var recipe = parsed.GetValue(options.Recipe) is { } file ? OptionsReader.ReadFile<ExtensionRecipe>(file, overrides) : OptionsReader.Read<ExtensionRecipe>("the options", "{}", overrides);
            var sides = parsed.GetRequiredValue(resolutions).Split(',').Select(Resolution.Parse).ToList();
            var skipped = new SkippedItems(terminal.Say);
            using var recogniser = new Recogniser(OnnxTrunk.Load(parsed.GetRequiredValue(onnx)), RecogniserInput.Named(parsed.GetValue(input) ?? "RGB ImageNet"));
            var source = FaceSources.Open(recipe.Data, recipe.Run.Seed, skipped);
            terminal.Say($"extending {recogniser.Trunk.Path} with faces of {source.Description}");
            using var interruption = new Interruption(terminal, "stopping after this step and saving the state; once more to stop at once");
            foreach (var side in sides)
            {
                var model = new ModelDirectory(parsed.GetRequiredValue(output));
                FreshStart.Guard(model, $"branch-{side}", parsed.GetValue(options.Fresh));
                var validation = PairValidation.OfBranch(recipe.Run, side);
                var outcome = ProgressDisplay.During(terminal, progress =>
                    ExtensionTraining.Run(recipe, recogniser, side, source, model, validation, new TrainingObserver(progress, terminal.Say), progress, interruption.Token));
                if (!outcome.Finished) return ExitCode.Interrupted;
                terminal.Result($"branch-{side}: {outcome.Steps} steps in {TimeSpan.FromSeconds(outcome.Seconds):h\\:mm\\:ss}, in {model.Path}" + string.Concat(outcome.Validation.Select(entry => $"; {entry.Key} {entry.Value:P2}")));
            }

            return ExitCode.After(skipped.Count);
        });
        return verb;
    }
}
