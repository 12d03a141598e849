using System.Diagnostics;
using System.Text.Json;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Chooses the form of maps that this machine trains a backbone fastest with, by trying.</summary>
internal static class FormChoice
{
    // In steps of the size that will be trained with, or nearly: the forms have costs of their own for each operator.
    private const int GreatestBatch = 32;
    private const int Repetitions = 2;

    // Another form must be worth it: a choice that changes from start to start changes the last bits of weights.
    private const double Margin = 1.1;

    // Where a processor has no instructions for bfloat16, libtorch's convolution takes up to a hundred times longer.
    private const double HopelessRatio = 2;

    /// <summary>The form of a run over ranks, which is rank 0's: it alone has the saved state, and measures.</summary>
    /// <param name="run">The options.</param>
    /// <param name="progressFile">Where an interrupted run keeps its state.</param>
    /// <param name="backbone">What is trained, or the frozen trunk of what is.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="batch">Images in a step.</param>
    /// <param name="say">Told on rank 0 what was measured and chosen.</param>
    /// <param name="group">The ranks; each calls this.</param>
    /// <exception cref="InputException">The options ask for another form than the saved run's.</exception>
    public static MapForm Of(RunOptions run, string progressFile, BackboneSpec backbone, Device device, int batch, Action<string>? say, IProcessGroup group) =>
        JsonSerializer.Deserialize<MapForm>(group.OnFirst(() => JsonSerializer.Serialize(Of(run, TrainingState.FormOf(progressFile), backbone, device, batch, say))));

    /// <summary>The form to train in: what the options say; else the one that an interrupted run began with; else the fastest.</summary>
    /// <param name="run">The options.</param>
    /// <param name="begun">The form that a saved run began with; null where there is none.</param>
    /// <param name="backbone">What is trained, or the frozen trunk of what is.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="batch">Images in a step.</param>
    /// <param name="say">Told what was measured and chosen.</param>
    /// <exception cref="InputException">The options ask for another form than the saved run's.</exception>
    public static MapForm Of(RunOptions run, MapForm? begun, BackboneSpec backbone, Device device, int batch, Action<string>? say)
    {
        var candidates = Candidates(run);
        if (begun is { } form)
        {
            return candidates.Contains(form)
                ? form
                : throw new InputException($"the unfinished training computes in {form}, and the options ask for another form. Leave run.precision and run.layout as they were, or say --fresh to throw its state away");
        }

        if (candidates.Count == 1) return candidates[0];
        var measured = Math.Min(batch, GreatestBatch);
        var rates = Measure(candidates, backbone, device, measured);
        var chosen = rates.MaxBy(rate => rate.Key == MapForm.Default ? rate.Value * Margin : rate.Value).Key;
        say?.Invoke($"computing in {chosen}: of {string.Join(", ", rates.Select(rate => $"{rate.Key} {rate.Value:F1} images/s"))}, in steps of {measured}"
            + (rates.Count == candidates.Count ? "" : "; bf16 is slow on this processor"));
        return chosen;
    }

    /// <summary>The same where the choice is kept in a file before anything was trained: what a recogniser made of the faces in one form is of no use in another, so a start that
    /// was interrupted while it was asked must not be followed by one that measures anew.</summary>
    /// <param name="run">The options.</param>
    /// <param name="model">Where the saved run and the file lie.</param>
    /// <param name="what">What is trained.</param>
    /// <param name="asked">What the recogniser's outputs are called: the form is theirs.</param>
    /// <param name="backbone">What is trained, or stands for it.</param>
    /// <param name="device">Where it is trained.</param>
    /// <param name="batch">Images in a step.</param>
    /// <param name="say">Told what was measured and chosen.</param>
    public static MapForm Kept(RunOptions run, ModelDirectory model, string what, string asked, BackboneSpec backbone, Device device, int batch, Action<string>? say)
    {
        var (begun, file, candidates) = (TrainingState.FormOf(model.ProgressFile(what)), model.FormFile(asked), Candidates(run));
        var isOpen = begun is null && candidates.Count > 1;
        if (isOpen && Read(file) is { } kept && kept.Device == device.type && candidates.Contains(kept.Form)) return kept.Form;
        var form = Of(run, begun, backbone, device, batch, say);
        if (isOpen) AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, new KeptForm(form, device.type)));
        return form;
    }

    private static KeptForm? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<KeptForm>(File.ReadAllText(file)) : null;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // measured anew
        }
    }

    private static List<MapForm> Candidates(RunOptions run) =>
    [
        .. from precision in Enum.GetValues<MapPrecision>()
           from layout in Enum.GetValues<MapLayout>()
           where run.Precision switch { PrecisionChoice.Fp32 => precision == MapPrecision.Fp32, PrecisionChoice.Bf16 => precision == MapPrecision.Bf16, _ => true }
               && run.Layout switch { LayoutChoice.Planar => layout == MapLayout.Planar, LayoutChoice.ChannelsLast => layout == MapLayout.ChannelsLast, _ => true }
               // bfloat16 in planes is never the fastest anywhere, so only who asks for both gets it.
               && (precision == MapPrecision.Fp32 || layout == MapLayout.ChannelsLast || run is { Precision: PrecisionChoice.Bf16, Layout: LayoutChoice.Planar })
           select new MapForm(layout, precision)
    ];

    private static Dictionary<MapForm, double> Measure(List<MapForm> candidates, BackboneSpec backbone, Device device, int batch)
    {
        var withoutHopeless = device.type == DeviceType.CPU && candidates.Any(form => form.Precision == MapPrecision.Fp32) && BrainFloatsAreHopeless()
            ? candidates.Where(form => form.Precision == MapPrecision.Fp32)
            : candidates;
        using var learner = new TrunkLearner(new Trunk(backbone).MoveTo(device), new CosineClassifier(2, backbone.EmbeddingSize, 0), [], new MarginOptions(), new OptimizationOptions { Batch = batch }, 0);
        using var pixels = zeros(batch, 3, Resolution.Full.Side, Resolution.Full.Side, device: device);
        using var labels = zeros(batch, ScalarType.Int64, device);
        return withoutHopeless.ToDictionary(form => form, form =>
        {
            using var input = form.Of(pixels);
            return batch / Fastest(() => learner.Step(input, labels, 0, 0));
        });
    }

    private static bool BrainFloatsAreHopeless()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        double Seconds(MapPrecision precision)
        {
            var form = new MapForm(MapLayout.ChannelsLast, precision);
            Tensor map = form.Of(ones(2, 32, 28, 28)), kernel = ones(32, 32, 3, 3).to(map.dtype);
            return Fastest(() => nn.functional.conv2d(map, kernel, padding: [1, 1]).Dispose());
        }

        return Seconds(MapPrecision.Bf16) > HopelessRatio * Seconds(MapPrecision.Fp32);
    }

    /// <summary>Seconds of the fastest of a few calls, after one to warm up.</summary>
    private static double Fastest(Action step)
    {
        step();
        return Enumerable.Range(0, Repetitions).Min(_ =>
        {
            var clock = Stopwatch.GetTimestamp();
            step();
            return Stopwatch.GetElapsedTime(clock).TotalSeconds;
        });
    }
}
