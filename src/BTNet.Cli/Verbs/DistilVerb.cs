using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Checkpoints;
using BTNet.Training.Devices;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet distil</c>.</summary>
internal static class DistilVerb
{
    private const string What = "trunk";

    public static Command Create(Terminal terminal)
    {
        var onnx = new Argument<string>("ONNX") { Description = "The recogniser that teaches: a convolutional network from faces of 112 pixels to embeddings" };
        var output = new Option<string>("--output", "-o") { Description = "Folder for the trunk, its log and curves; made where missing", HelpName = "DIR", Required = true };
        var input = RecogniserChoices.Input();
        var options = new TrainingOptions(recipeIsRequired: false, "--images");
        var verb = new Verb(
            "distil",
            "Trains a trunk of ours from fresh weights to give the embeddings of a recogniser that somebody else trained, learnt from faces without labels. None of the recogniser's weights are in it. "
            + "Ctrl-C saves the state and exits with 130; the same command goes on from there.",
            "btnet distil recogniser.onnx --images faces --output model",
            "btnet distil recogniser.onnx --images faces --identities train.txt --output model --recipe recipes/lfw-distilled-trunk.json --epochs 20 --validation-pairs pairs.txt --validation-root faces") { onnx, output, input };
        options.AddTo(verb, measured: false);
        verb.SetAction(parsed =>
        {
            using var teacher = OnnxTrunk.Load(parsed.GetRequiredValue(onnx));
            RecogniserExtension.Require(teacher, []);
            var recipe = options.RecipeOf<DistilledTrunkRecipe>(parsed).For(teacher);
            // One that is not there is told before faces are read.
            DeviceChoice.Resolve(recipe.Run.Device);
            var named = RecogniserChoices.Named(parsed, input);
            var model = new ModelDirectory(parsed.GetRequiredValue(output));
            var skipped = new SkippedItems(terminal.Say);
            var source = FaceSources.Open(recipe.Data, recipe.Run.Seed, skipped);
            RecogniserExtension.Require(source);
            var validation = PairValidation.From(recipe.Run, Resolution.Full);
            PairValidation.WarnOfShared(recipe.Run, source, terminal.Say);
            terminal.Say($"distilling {teacher.Path} (embeddings of {teacher.EmbeddingSize}) into {recipe.Backbone.Name} of width {recipe.Backbone.Width} with {source.Description}");
            var fresh = parsed.GetValue(options.Fresh);
            if (!fresh) FreshStart.Guard(model, What, fresh);
            using var interruption = new Interruption(terminal, "stopping after this step and saving the state; once more to stop at once");
            var outcome = ProgressDisplay.During(terminal, progress =>
            {
                var recogniser = new Recogniser(teacher, RecogniserExtension.Input(teacher, named, source, terminal.Say, progress, interruption.Token));
                if (fresh)
                {
                    // Nothing is thrown away before it is sure that there can be another.
                    DistilledTrunkTraining.Check(recipe, recogniser, source, model, fresh);
                    FreshStart.Guard(model, What, fresh);
                }

                return DistilledTrunkTraining.Run(recipe, recogniser, source, model, validation, new TrainingObserver(progress, terminal.Say), progress, interruption.Token);
            });
            return TrainingRun.Tell(terminal, What, model, outcome, skipped.Count + outcome.Skipped, parsed.GetValue(options.Json));
        });
        return verb;
    }
}
