using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Recipes;
using BTNet.Training.Teaching;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>What is trained by what a recogniser made of every view beforehand.</summary>
/// <param name="Name">What it is called: <c>trunk</c>, <c>branch-14</c>.</param>
/// <param name="Identity">What makes two runs the same run.</param>
/// <param name="Recogniser">Who teaches.</param>
/// <param name="Join">Where the maps are that it is taught as well; null to learn from embeddings alone.</param>
/// <param name="View">What is shown of a face.</param>
/// <param name="StartFile">The file with the weights that it starts from; null for fresh ones.</param>
/// <param name="Measured">The network that the form of maps is measured with.</param>
internal sealed record TaughtRun(string Name, string Identity, Recogniser Recogniser, OnnxJoin? Join, FaceView View, string? StartFile, BackboneSpec Measured)
{
    /// <summary>What the recogniser makes of faces is called where branches share it.</summary>
    public const string Shared = "recogniser";

    /// <summary>Which faces.</summary>
    public required DataOptions Data { get; init; }

    /// <summary>Faces that nobody has, so many for each picture.</summary>
    public required double Blends { get; init; }

    /// <summary>Faces that are drawn, so many in all.</summary>
    public required int Drawn { get; init; }

    /// <summary>How faces are varied.</summary>
    public required AugmentationOptions Augmentation { get; init; }

    /// <summary>Length and steps.</summary>
    public required OptimizationOptions Optimization { get; init; }

    /// <summary>Saving, judging, logging.</summary>
    public required RunOptions Options { get; init; }

    /// <summary>Whether what the recogniser makes of the faces stays behind the training in the model's folder, for the next, where others can use it.</summary>
    public bool KeepsViews { get; init; }

    /// <summary>What that is called: where no maps are kept it is the same for branches of all resolutions, which share it.</summary>
    public string ViewsName => Join is null && View is BranchView ? Shared : Name;

    /// <summary>The pictures, the blends of them, and the faces that are drawn.</summary>
    public IFaceSource Faces(IFaceSource pictures) => TaughtFaces.Of(pictures, Data, Blends, Drawn, Augmentation, Options);

    /// <summary>What it learns from that neither its recipe nor the names of its pictures say.</summary>
    /// <param name="pictures">The pictures.</param>
    public RunOrigin Origin(IFaceSource pictures) => RunOrigin.Of(pictures, StartFile, Drawn);

    /// <summary>The file of what the recogniser makes of the faces. In a folder that was named others may lie beside it, so it has a name of its own there.</summary>
    /// <param name="model">Where it lies unless a folder was named.</param>
    /// <param name="faces">The pictures and what is learnt from beside them.</param>
    /// <param name="pictures">Tells the pictures from what they were.</param>
    /// <param name="form">What maps are like.</param>
    public TaughtViewsOptions Views(ModelDirectory model, IFaceSource faces, string pictures, MapForm form)
    {
        var key = JsonSerializer.Serialize(new
        {
            recogniser = Recogniser.Fingerprint, join = Join?.Tensor, views = new FaceViews(Augmentation, Options.Seed).Key, drawing = RunOrigin.DrawingOf(Drawn), faces = RunIdentity.ItemsHash(faces), pictures, form = form.ToString()
        });
        var path = Options.TeacherCacheFolder is { } given
            ? new ModelDirectory(given).TeacherCacheFile($"{ViewsName}-{XxHash32.HashToUInt32(Encoding.UTF8.GetBytes($"{key} {faces.Count} {Augmentation.Views}")):x8}")
            : model.TeacherCacheFile(ViewsName);
        return new TaughtViewsOptions(
            path, key, faces.Count, Augmentation.Views, Recogniser.Trunk.EmbeddingSize, (int?)Join?.Shape.Count ?? 0, Options.TeacherCacheMegabytes * 1_000_000L);
    }
}

/// <summary>A training by what a recogniser made of every view beforehand: the recogniser is asked first, then the training runs.</summary>
internal static class TaughtTraining
{
    /// <summary>The most that what the recogniser makes of the faces may take, in millions of bytes, where a recipe does not say.</summary>
    public const int Megabytes = 32_768;

    /// <summary>Looks, before hours are spent on something else, whether a training may begin or go on.</summary>
    /// <param name="run">What is trained.</param>
    /// <param name="source">The pictures.</param>
    /// <param name="model">Where the network goes.</param>
    /// <param name="fresh">Whether a state that is saved will be thrown away.</param>
    /// <exception cref="InputException">The saved state is another run's, or what the recogniser makes of the faces takes more room than it may.</exception>
    public static void Check(TaughtRun run, IFaceSource source, ModelDirectory model, bool fresh)
    {
        if (!fresh) RefuseAnother(run, source, model);
        run.Views(model, run.Faces(source), "", MapForm.Default).Check();
    }

    /// <summary>Trains, or goes on where an interrupted run stopped.</summary>
    /// <param name="run">What is trained.</param>
    /// <param name="source">The pictures.</param>
    /// <param name="model">Where the network goes.</param>
    /// <param name="network">Makes the network on a device, with its first weights, from torch's generator, which begins with the seed.</param>
    /// <param name="learner">Makes the learner, which disposes the network: of the network, what the recogniser made of the faces, the faces, and what maps are like.</param>
    /// <param name="validate">Judges on held-out pairs; null for no judgement.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="asking">Told while the recogniser is asked; null for nobody.</param>
    /// <param name="cancellation">Asks to save the state and stop.</param>
    /// <exception cref="InputException">The network, the faces or the saved state do not fit.</exception>
    public static TrainingOutcome Run<T>(
        TaughtRun run, IFaceSource source, ModelDirectory model, Func<Device, T> network, Func<T, TaughtViews, IFaceSource, MapForm, ILearner> learner, Validation? validate, TrainingObserver observer,
        IProgress<WorkProgress>? asking, CancellationToken cancellation)
        where T : IDisposable
    {
        // Before what another run's recogniser was asked is replaced: the user may have named the wrong recipe.
        var origin = RefuseAnother(run, source, model);
        model.Make();
        FreshStart.RemoveTorn(model, run.Name);
        var device = DeviceChoice.Resolve(run.Options.Device, observer.Message);
        // Before the seed is set: measuring draws weights of its own.
        var form = FormChoice.Kept(run.Options, model, run.Name, run.ViewsName, run.Measured, device, run.Optimization.Batch, observer.Message);
        using var pictures = ImageCache.Of(run.Data, source, observer, OneProcess.Instance);
        var faces = run.Faces(pictures ?? source);
        var loader = RunIdentity.Loader(run.View, run.Data, run.Augmentation, run.Optimization, run.Options, OneProcess.Instance);
        torch.manual_seed(unchecked((long)run.Options.Seed));
        var fresh = network(device);
        TaughtViews? views = null;
        ILearner? learning = null;
        try
        {
            var taught = run.Views(model, faces, origin.Pictures!, form);
            views = TaughtViews.Open(taught);
            if (views.Missing > 0)
                observer.Message?.Invoke(FormattableString.Invariant($"{run.Name}: what the recogniser makes of {taught.Views} views of {faces.Count} pictures takes {Math.Ceiling(taught.Bytes / 1e6):N0} MB, in {taught.Path}"));
            new RecogniserTeacher(run.Recogniser, form, device).Fill(views, run.Join, faces, new FaceAugmenter(run.Augmentation, run.View, run.Options.Seed), run.Augmentation.Views, asking, cancellation);
            learning = learner(fresh, views, faces, form);
            var trainer = new Trainer(learning, model, run.Optimization, run.Options, run.Identity, OneProcess.Instance, origin);
            // A branch is not shown the faces that the recogniser was asked about; a trunk is.
            var outcome = trainer.Run(faces, run.View is BranchView ? loader with { Known = views } : loader, validate, observer, cancellation);
            views.Dispose();
            // In a folder that was named it may serve other trainings.
            if (outcome.Finished && !(run.KeepsViews && run.ViewsName == TaughtRun.Shared)) FreshStart.RemoveTaught(model, run.ViewsName);
            return outcome;
        }
        finally
        {
            views?.Dispose();
            if (learning is null) fresh.Dispose();
            else learning.Dispose();
        }
    }

    private static RunOrigin RefuseAnother(TaughtRun run, IFaceSource source, ModelDirectory model)
    {
        var progress = model.ProgressFile(run.Name);
        var origin = run.Origin(source);
        TrainingState.RefuseAnother(progress, run.Identity, OneProcess.Instance.Size, origin);
        return origin.Or(TrainingState.OriginOf(progress));
    }
}
