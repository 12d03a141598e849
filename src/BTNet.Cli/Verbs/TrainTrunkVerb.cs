using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet train trunk</c>.</summary>
internal static class TrainTrunkVerb
{
    public static Command Create(Terminal terminal)
    {
        var options = new TrainingOptions();
        var output = new Option<string>("--output", "-o") { Description = "Folder for the trunk, its classifier, log and curves; made where missing", HelpName = "DIR", Required = true };
        var verb = new Verb(
            "trunk",
            "Trains a trunk and its classifier. Ctrl-C saves the state and exits with 130; the same command goes on from there, as it does after a crash.",
            "btnet train trunk --recipe recipes/lfw-trunk.json --data faces --identities train.txt --output model",
            "btnet train trunk --recipe recipes/lfw-trunk.json --data faces --output model --epochs 8 --set backbone.width=8 margin.scale=30",
            "btnet train trunk --recipe recipes/lfw-trunk.json --data faces --output model --profile 50") { output };
        options.AddTo(verb);
        verb.SetAction(parsed => Ranks.Together(terminal, ranks =>
        {
            var recipe = ranks.Group.Together(() => OptionsReader.ReadFile<TrunkRecipe>(parsed.GetRequiredValue(options.Recipe), options.Overrides(parsed)));
            var model = new ModelDirectory(parsed.GetRequiredValue(output));
            var run = new TrainingRun(ranks, model, parsed.GetValue(options.Json));
            if (options.Profile(parsed) is { } profile)
                return run.Profile("trunk", recipe.Data, recipe.Run, (source, progress, cancellation) => TrunkTraining.Profile(recipe, source, model, profile, progress, cancellation));
            ranks.Group.Together(() =>
            {
                if (ranks.Group.Rank == 0) FreshStart.Guard(model, "trunk", parsed.GetValue(options.Fresh));
            });
            return run.Do("trunk", recipe.Data, recipe.Run, Resolution.Full, (source, validation, observer, group, cancellation) =>
                TrunkTraining.Run(recipe, source, model, validation, observer, group, cancellation));
        }));
        return verb;
    }
}
