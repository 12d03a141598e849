using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using BTNet.Training.Checkpoints;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Where a run begins.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Seconds">Seconds taken.</param>
/// <param name="Threads">The numbers of torch threads that it ran with so far; none where nothing was saved, or by a version
/// that did not say.</param>
/// <param name="Ranks">The ranks that it ran on; null where nothing was saved, or by a version that did not say.</param>
/// <param name="Loss">What the loss had learnt; null where nothing was saved.</param>
internal readonly record struct TrainingStart(long Step, double Seconds, IReadOnlyList<int> Threads, int? Ranks, double[]? Loss)
{
    /// <summary>From nothing.</summary>
    public static TrainingStart Anew { get; } = new(0, 0, [], null, null);

    /// <summary>Those, and this process's.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> AllThreads => [.. Threads.Append(get_num_threads()).Distinct().Order()];
}

/// <summary>
/// The state of an unfinished training in one file, replaced atomically: weights, running statistics, optimizer, loss, step.
/// The order of the images and every random choice follow from the seed and the step, so these need no saving. Rank 0 alone
/// touches the file, and its state is that of all ranks from then on; what is spread over the ranks is whole in the file.
/// </summary>
internal sealed class TrainingState(ILearner learner, string path, string identity, IProcessGroup group, RunOrigin? origin = null)
{
    private const string Format = "btnet-progress/1";

    // A damaged file may say of its seconds what no number says.
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Saves the state after a number of steps.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="seconds">Seconds taken.</param>
    /// <param name="threads">The numbers of torch threads that they ran with.</param>
    public void Save(long step, double seconds, IReadOnlyList<int> threads)
    {
        FollowFirst();
        using var scope = NewDisposeScope();
        // A loss can be sound while a weight or a running statistic is no longer: what was saved before stays.
        group.Together(() =>
        {
            if (learner.State.FirstOrDefault(state => state.Tensor.is_floating_point() && !state.Tensor.isfinite().all().item<bool>()) is { Tensor: not null } broken)
                throw new InputException($"{learner.Name}: '{broken.Name}' is no longer a number after step {step}; {(File.Exists(path) ? $"the state saved before, {path}, stays as it was" : "nothing was saved before")}. Lower optimization.learningRate or lengthen its warm-up, and start again");
        });
        var whole = learner.State.Select(state => (state.Name, Tensor: learner.Shards.TryGetValue(state.Name, out var shards) ? shards.Gather(state.Tensor) : state.Tensor)).ToList();
        if (group.Rank > 0) return;
        TensorFile.Write(path, whole.Select(state => (state.Name, state.Tensor!)), new Dictionary<string, string>(origin?.Written() ?? [])
        {
            ["format"] = Format,
            ["identity"] = identity,
            ["step"] = step.ToString(CultureInfo.InvariantCulture),
            ["seconds"] = seconds.ToString("R", CultureInfo.InvariantCulture),
            ["precision"] = learner.Form.Precision.ToString(),
            ["layout"] = learner.Form.Layout.ToString(),
            ["threads"] = string.Join(',', threads),
            ["ranks"] = group.Size.ToString(CultureInfo.InvariantCulture),
            ["loss"] = JsonSerializer.Serialize(learner.LossState)
        });
    }

    /// <summary>The metadata of a saved state; null where there is none.</summary>
    /// <param name="path">The state's file.</param>
    /// <param name="identity">The run that it must be of.</param>
    /// <param name="ranks">How many ranks would go on with it.</param>
    /// <param name="origin">What else that run must have learnt from; null where it is not looked at.</param>
    /// <exception cref="InputException">It is another run's, or damaged.</exception>
    public static IReadOnlyDictionary<string, string>? RefuseAnother(string path, string identity, int ranks, RunOrigin? origin = null)
    {
        if (!File.Exists(path)) return null;
        var metadata = TensorFile.ReadMetadata(path);
        if (metadata.GetValueOrDefault("format") != Format) throw new InputException($"{path} is no saved training; expected the format '{Format}'");
        var saved = metadata.GetValueOrDefault("identity") ?? "";
        if (!RunIdentity.IsSame(saved, identity))
        {
            throw new InputException(
                $"{path} is the state of a run with another recipe, data or seed, so this run cannot go on from it. {RunIdentity.Advice(saved, identity, ranks) ?? "Start that run again as it was, give another output folder, or say --fresh to throw the state away."}"
                + $"\n  saved: {saved}\n  now:   {identity}");
        }

        if (origin?.DifferenceTo(RunOrigin.Of(metadata.GetValueOrDefault)) is { } difference)
            throw new InputException($"{path} is the state of a run {difference}, so this run cannot go on from it. Start that run again as it was, give another output folder, or say --fresh to throw the state away");
        return metadata;
    }

    /// <summary>What a saved run learnt from; nothing is known where none is saved.</summary>
    /// <param name="path">The state's file.</param>
    public static RunOrigin OriginOf(string path) => File.Exists(path) ? RunOrigin.Of(TensorFile.ReadMetadata(path).GetValueOrDefault) : new RunOrigin(null, null, null);

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

    /// <summary>Restores what was saved; step 0 where nothing was.</summary>
    /// <exception cref="InputException">It is another run's, or damaged.</exception>
    public TrainingStart Restore()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> whole = [];
        var start = JsonSerializer.Deserialize<TrainingStart>(group.OnFirst(() => JsonSerializer.Serialize(Read(whole), Json)), Json);
        foreach (var (name, tensor) in start.Loss is null ? [] : learner.State)
        {
            if (learner.Shards.TryGetValue(name, out var shards)) shards.Scatter(whole.GetValueOrDefault(name), tensor);
        }

        if (start.Loss is not null) learner.RestoreLoss(start.Loss);
        FollowFirst();
        return start;
    }

    /// <summary>Throws the state away.</summary>
    public void Delete()
    {
        if (group.Rank == 0) File.Delete(path);
    }

    /// <summary>Weights are the same on all ranks by then, but running statistics are each rank's own.</summary>
    private void FollowFirst() => group.Broadcast(learner.State.Where(state => !learner.Shards.ContainsKey(state.Name)).Select(state => state.Tensor));

    /// <summary>Reads the file into the learner, but for what is spread over the ranks: that goes into whole tensors.</summary>
    private TrainingStart Read(Dictionary<string, Tensor> whole)
    {
        if (RefuseAnother(path, identity, group.Size, origin) is not { } metadata) return TrainingStart.Anew;
        try
        {
            foreach (var (name, tensor) in learner.State)
            {
                if (learner.Shards.TryGetValue(name, out var shards)) whole[name] = empty(shards.Rows, tensor.shape[1]);
            }

            TensorFile.ReadInto(path, learner.State.Select(state => (state.Name, whole.GetValueOrDefault(state.Name) ?? state.Tensor)));
            // No sign is allowed: a step is counted from 0.
            return new TrainingStart(
                long.Parse(metadata["step"], NumberStyles.None, CultureInfo.InvariantCulture),
                double.Parse(metadata["seconds"], CultureInfo.InvariantCulture),
                metadata.TryGetValue("threads", out var threads) ? [.. threads.Split(',').Select(Number)] : [],
                metadata.TryGetValue("ranks", out var ranks) ? Number(ranks) : null,
                JsonSerializer.Deserialize<double[]>(metadata["loss"]) ?? throw new JsonException("the loss has no state"));
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or OverflowException or JsonException)
        {
            throw new InputException($"{path} is damaged: {e.Message}. Delete it to start afresh", e);
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
