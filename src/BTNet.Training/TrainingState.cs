using System.Globalization;
using System.Text.Json;
using BTNet.Training.Checkpoints;
using BTNet.Training.Kernels;
using TorchSharp;

namespace BTNet.Training;

/// <summary>Where a run begins.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Seconds">Seconds taken.</param>
/// <param name="Threads">The numbers of torch threads that it ran with so far; none where nothing was saved, or by a version
/// that did not say.</param>
internal readonly record struct TrainingStart(long Step, double Seconds, IReadOnlyList<int> Threads)
{
    /// <summary>From nothing.</summary>
    public static TrainingStart Anew { get; } = new(0, 0, []);

    /// <summary>Those, and this process's.</summary>
    public IReadOnlyList<int> AllThreads => [.. Threads.Append(torch.get_num_threads()).Distinct().Order()];
}

/// <summary>
/// The state of an unfinished training in one file, replaced atomically: weights, running statistics, optimizer, loss, step.
/// The order of the images and every random choice follow from the seed and the step, so these need no saving.
/// </summary>
internal sealed class TrainingState(ILearner learner, string path, string identity)
{
    private const string Format = "btnet-progress/1";

    /// <summary>Saves the state after a number of steps.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="seconds">Seconds taken.</param>
    /// <param name="threads">The numbers of torch threads that they ran with.</param>
    public void Save(long step, double seconds, IReadOnlyList<int> threads) => TensorFile.Write(path, learner.State, new Dictionary<string, string>
    {
        ["format"] = Format,
        ["identity"] = identity,
        ["step"] = step.ToString(CultureInfo.InvariantCulture),
        ["seconds"] = seconds.ToString("R", CultureInfo.InvariantCulture),
        ["precision"] = learner.Form.Precision.ToString(),
        ["layout"] = learner.Form.Layout.ToString(),
        ["threads"] = string.Join(',', threads),
        ["loss"] = JsonSerializer.Serialize(learner.LossState)
    });

    /// <summary>The metadata of a saved state; null where there is none.</summary>
    /// <exception cref="InputException">It is another run's, or damaged.</exception>
    public static IReadOnlyDictionary<string, string>? RefuseAnother(string path, string identity)
    {
        if (!File.Exists(path)) return null;
        var metadata = TensorFile.ReadMetadata(path);
        if (metadata.GetValueOrDefault("format") != Format) throw new InputException($"{path} is no saved training; expected the format '{Format}'");
        if (metadata.GetValueOrDefault("identity") != identity)
        {
            throw new InputException(
                $"{path} is the state of a run with another recipe, data or seed, so this run cannot go on from it. Start that run again as it was, give another output folder, or say --fresh to throw the state away."
                + $"\n  saved: {metadata.GetValueOrDefault("identity")}\n  now:   {identity}");
        }

        return metadata;
    }

    /// <summary>Restores what was saved; step 0 where nothing was.</summary>
    /// <exception cref="InputException">It is another run's, or damaged.</exception>
    public TrainingStart Restore()
    {
        if (RefuseAnother(path, identity) is not { } metadata) return TrainingStart.Anew;
        try
        {
            TensorFile.ReadInto(path, learner.State);
            learner.RestoreLoss(JsonSerializer.Deserialize<double[]>(metadata["loss"]) ?? throw new JsonException("the loss has no state"));
            // No sign is allowed: a step is counted from 0.
            return new TrainingStart(
                long.Parse(metadata["step"], NumberStyles.None, CultureInfo.InvariantCulture),
                double.Parse(metadata["seconds"], CultureInfo.InvariantCulture),
                metadata.TryGetValue("threads", out var threads) ? [.. threads.Split(',').Select(count => int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture))] : []);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or OverflowException or JsonException)
        {
            throw new InputException($"{path} is damaged: {e.Message}. Delete it to start afresh", e);
        }
    }

    /// <summary>The form of maps that a saved run computes in; null where nothing is saved, or by a version that did not say.</summary>
    /// <param name="path">The state's file.</param>
    public static MapForm? FormOf(string path)
    {
        if (!File.Exists(path)) return null;
        var metadata = TensorFile.ReadMetadata(path);
        return Enum.TryParse<MapLayout>(metadata.GetValueOrDefault("layout"), out var layout) && Enum.TryParse<MapPrecision>(metadata.GetValueOrDefault("precision"), out var precision)
            ? new MapForm(layout, precision)
            : null;
    }

    /// <summary>Throws the state away.</summary>
    public void Delete() => File.Delete(path);
}
