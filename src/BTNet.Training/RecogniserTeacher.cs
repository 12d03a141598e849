using System.Runtime.InteropServices;
using BTNet.Resolutions;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Kernels;
using BTNet.Training.Teaching;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Asks a recogniser about faces before a training.</summary>
/// <param name="recogniser">The recogniser.</param>
/// <param name="form">In what form it computes: what it makes of a face in bf16 is nearer to what it makes in single precision (cosine above 0.99) than any small face will come.</param>
/// <param name="device">Where it computes.</param>
internal sealed class RecogniserTeacher(Recogniser recogniser, MapForm form, Device device)
{
    // On a card a batch takes as long as its operators take to be called, however few faces it has.
    private readonly int _batch = device.type == DeviceType.CPU ? 32 : 256;

    /// <summary>Fills a file with what the recogniser makes of every view that is not there yet, view by view in the order of the pictures, always in the same
    /// batches on one kind of device.</summary>
    /// <param name="views">The file.</param>
    /// <param name="join">Where maps are taken; null to keep embeddings alone.</param>
    /// <param name="source">The pictures; one that is broken is noted as that, reported by the training, and asked about only when it can be read.</param>
    /// <param name="augmenter">Makes the views.</param>
    /// <param name="count">How many views there are of each.</param>
    /// <param name="progress">Told what is done; null for nobody.</param>
    /// <param name="cancellation">Ends it early; what was written stays.</param>
    /// <exception cref="InputException">What the recogniser makes of a picture is no number, or too large to be kept.</exception>
    public void Fill(TaughtViews views, OnnxJoin? join, IFaceSource source, FaceAugmenter augmenter, int count, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (views.Missing == 0 && !views.AnyBroken()) return;
        using var _ = no_grad();
        var bytes = BatchInWork.FullBytes;
        var planar = new byte[_batch * bytes];
        var loaded = new bool[_batch];
        for (var view = 0; view < count; view++)
        {
            for (var first = 0; first < source.Count; first += _batch)
            {
                cancellation.ThrowIfCancellationRequested();
                var rows = Math.Min(_batch, source.Count - first);
                var (from, of) = (first, view);
                if (Enumerable.Range(first, rows).All(item => views.Has(item, of) || (views.IsBroken(item, of) && !CanBeRead(source, item)))) continue;
                Parallel.For(0, rows, row =>
                {
                    try
                    {
                        augmenter.WriteView(source.Load(from + row), of, from + row, planar.AsSpan(row * bytes, bytes));
                        loaded[row] = true;
                    }
                    catch (InputException)
                    {
                        loaded[row] = false;
                    }
                });
                Write(views, join, source, planar, rows, first, view, loaded);
                progress?.Report(new WorkProgress("asking the recogniser", ((long)view * source.Count) + first + rows, (long)count * source.Count, "views"));
            }
        }

        views.Flush();
    }

    private static bool CanBeRead(IFaceSource source, int item)
    {
        try
        {
            source.Load(item);
            return true;
        }
        catch (InputException)
        {
            return false;
        }
    }

    private void Write(TaughtViews views, OnnxJoin? join, IFaceSource source, byte[] planar, int rows, int first, int view, bool[] loaded)
    {
        using var scope = NewDisposeScope();
        var trunk = recogniser.Trunk;
        var pixels = recogniser.Input.FromPlanar(planar, rows, Resolution.Full.Side, form).On(device);
        var map = join is null ? null : trunk.MapAt(join, pixels);
        var embeddings = (map is null ? trunk.Forward(pixels) : trunk.Tail(join!, map)).On(CPU).contiguous();
        // The channels of a place side by side, as the training reads them.
        var halves = map?.permute(0, 2, 3, 1).to(ScalarType.Float16).On(CPU).contiguous();
        var (soundEmbeddings, soundMaps) = (Sound(embeddings), halves is null ? null : Sound(halves));
        for (var row = 0; row < rows; row++)
        {
            if (!loaded[row])
            {
                if (!views.Has(first + row, view)) views.WriteBroken(first + row, view);
                continue;
            }

            if (!soundEmbeddings[row]) throw new InputException($"what {trunk.Path} makes of {source.NameOf(first + row)} is no number; compute more precisely (run.precision=fp32), or take the picture away");
            if (soundMaps?[row] == false)
                throw new InputException($"the map '{join!.Tensor}' of {trunk.Path} has numbers for {source.NameOf(first + row)} that are too large to be kept (beyond {(double)Half.MaxValue:0}); compare no maps (loss.map=0), or join another (join)");
            var embedding = MemoryMarshal.Cast<byte, float>(embeddings.narrow(0, row, 1).bytes);
            views.Write(first + row, view, embedding, halves is null ? [] : MemoryMarshal.Cast<byte, Half>(halves.narrow(0, row, 1).bytes));
        }
    }

    /// <summary>Of each row whether all of its numbers are some.</summary>
    private static bool[] Sound(Tensor rows) => rows.isfinite().flatten(1).all(1).data<bool>().ToArray();
}
