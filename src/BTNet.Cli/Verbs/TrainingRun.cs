using BTNet.Cli.Output;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Distributed;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Verbs;

/// <summary>A training as the terminal sees it: progress, interruption, outcome.</summary>
internal sealed class TrainingRun(Ranks ranks, ModelDirectory model, bool json)
{
    private readonly Terminal _terminal = ranks.Common;

    public delegate TrainingOutcome Training(IFaceSource source, Validation? validation, TrainingObserver observer, IProcessGroup group, CancellationToken cancellation);

    public delegate StepProfile Profiling(IFaceSource source, IProgress<WorkProgress> progress, CancellationToken cancellation);

    /// <summary>Opens what the recipe names, trains, and says what came of it.</summary>
    public int Do(string what, DataOptions data, RunOptions options, Resolution resolution, Training training)
    {
        // Before a large set is looked through.
        ranks.Group.Together(() => DeviceChoice.Resolve(options.Device));
        var skipped = new SkippedItems(_terminal.Say);
        var source = Open(what, data, options, skipped);
        var validation = ranks.Group.Together(() => ranks.Group.Rank == 0 ? PairValidation.From(options, resolution) : null);
        if (source.SingleImageIdentities() is > 0 and var single)
            _terminal.Say($"{what}: {single} of {source.Identities} identities have one image only; they teach little");
        using var interruption = new Interruption(_terminal, "stopping after this step and saving the state; once more to stop at once");
        var outcome = ProgressDisplay.During(_terminal, progress =>
            training(source, validation, new TrainingObserver(progress, ranks.Say), ranks.Group, interruption.Token));
        var leftOut = skipped.Count + outcome.Skipped;
        return Tell(_terminal, what, model, outcome, leftOut, json);
    }

    /// <summary>Opens what the recipe names, and measures steps instead of training; writes nothing.</summary>
    public int Profile(string what, DataOptions data, RunOptions options, Profiling profiling)
    {
        ranks.Group.Together(() =>
        {
            if (ranks.Group.Size > 1) throw new InputException("--profile measures one process; start it without mpirun");
        });
        var skipped = new SkippedItems(_terminal.Say);
        var source = Open(what, data, options, skipped);
        using var interruption = new Interruption(_terminal, "stopping; once more to stop at once");
        var profile = ProgressDisplay.During(_terminal, progress => profiling(source, progress, interruption.Token));
        if (json) ResultJson.Print(_terminal, ProfileReport.ForPrograms(profile));
        else ProfileReport.Tell(_terminal, profile);
        return ExitCode.After(skipped.Count);
    }

    private IFaceSource Open(string what, DataOptions data, RunOptions options, SkippedItems skipped)
    {
        var source = ranks.Group.Together(() => FaceSources.Open(data, options.Seed, skipped));
        _terminal.Say($"{what}: training on {source.Description}");
        return source;
    }

    /// <summary>Says what came of a training, and gives the exit code.</summary>
    public static int Tell(Terminal terminal, string what, ModelDirectory model, TrainingOutcome outcome, int leftOut, bool json)
    {
        if (json) ResultJson.Print(terminal, new { What = what, Model = model.Path, outcome.Finished, outcome.Steps, outcome.Seconds, Skipped = leftOut, outcome.Validation });
        else if (outcome.Finished) // otherwise it has been said where it stopped
            terminal.Result($"{what}: {outcome.Steps} steps in {TimeSpan.FromSeconds(outcome.Seconds):h\\:mm\\:ss}, in {model.Path}"
                + string.Concat(outcome.Validation.Select(entry => $"; {entry.Key} {entry.Value:P2}"))
                + (leftOut == 0 ? "" : $"; {leftOut} broken images were skipped"));
        return outcome.Finished ? ExitCode.After(leftOut) : ExitCode.Interrupted;
    }
}
