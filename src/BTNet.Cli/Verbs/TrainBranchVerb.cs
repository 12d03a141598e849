using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet train branch</c>.</summary>
internal static class TrainBranchVerb
{
    public static Command Create(Terminal terminal)
    {
        var options = new TrainingOptions();
        var resolution = new Option<string>("--resolution") { Description = "Side of the faces that the branch takes: 56, 28, 14 or 7", HelpName = "R", Required = true };
        var folder = new Option<string>("--model", "-m") { Description = "Folder that holds the trunk and receives the branch", HelpName = "DIR", Required = true };
        var verb = new Verb(
            "branch",
            "Trains the branch of one resolution on the frozen trunk of a model. Ctrl-C saves the state and exits with 130; the same command goes on from there, as it does after a crash.",
            "btnet train branch --resolution 14 --recipe recipes/lfw-branch.json --data faces --identities train.txt --model model",
            "btnet train branch --resolution 14 --recipe recipes/lfw-branch.json --data faces --model model --profile") { resolution, folder };
        options.AddTo(verb);
        verb.SetAction(parsed => Ranks.Together(terminal, ranks =>
        {
            var recipe = ranks.Group.Together(() => OptionsReader.ReadFile<BranchRecipe>(parsed.GetRequiredValue(options.Recipe), options.Overrides(parsed)));
            var level = ranks.Group.Together(() => Resolution.Parse(parsed.GetRequiredValue(resolution)));
            var model = new ModelDirectory(parsed.GetRequiredValue(folder));
            // What is cheap to find out is found out before the faces are looked through.
            ranks.Group.Together(() => BranchTraining.RequireTrunk(model, level));
            var run = new TrainingRun(ranks, model, parsed.GetValue(options.Json));
            if (options.Profile(parsed) is { } profile)
                return run.Profile($"branch-{level}", recipe.Data, recipe.Run, (source, progress, cancellation) => BranchTraining.Profile(recipe, level, source, model, profile, progress, cancellation));
            ranks.Group.Together(() =>
            {
                if (ranks.Group.Rank == 0) FreshStart.Guard(model, $"branch-{level}", parsed.GetValue(options.Fresh));
            });
            return run.Do($"branch-{level}", recipe.Data, recipe.Run, level, (source, validation, observer, group, cancellation) =>
                BranchTraining.Run(recipe, level, source, model, validation, observer, group, cancellation));
        }));
        return verb;
    }
}
