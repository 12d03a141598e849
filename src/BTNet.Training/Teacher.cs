using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Kernels;
using BTNet.Training.Teaching;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>What the teacher makes of a batch, without gradients.</summary>
/// <param name="Map">The map at the join, float32 <c>[N, C, r, r]</c>; null where it is not compared.</param>
/// <param name="Embeddings">Raw, <c>[N, D]</c>.</param>
internal sealed record TeacherOutput(Tensor? Map, Tensor Embeddings);

/// <summary>A branch's teacher: the frozen trunk on the full image. With a cache it runs only on the images of a batch whose
/// view it has not seen before.</summary>
/// <param name="trunk">The trunk.</param>
/// <param name="branch">The branch, which says where the map is taken.</param>
/// <param name="withMap">Whether the map is compared.</param>
/// <param name="form">What maps are like.</param>
/// <param name="cache">What it has seen; null for none. Somebody else's to dispose.</param>
internal sealed class Teacher(Trunk trunk, Branch branch, bool withMap, MapForm form, TeacherCache? cache)
{
    /// <summary>Images that it was asked about.</summary>
    public long Asked { get; private set; }

    /// <summary>Of the trunk, for one image.</summary>
    public long MultiplyAccumulates { get; } = trunk.MultiplyAccumulates();

    /// <summary>Images that the trunk ran on.</summary>
    public long Ran { get; private set; }

    /// <summary>The outputs for a batch, in the caller's scope.</summary>
    public TeacherOutput Of(FaceBatch batch)
    {
        if (cache is null) return Of(Images(batch));
        Asked += batch.Count;
        using var scope = NewDisposeScope();
        int[] missing = [.. Enumerable.Range(0, batch.Count).Where(row => !cache.Knows(batch.Step, batch.Items[row], batch.Views[row]))];
        var seen = missing.Length == 0 ? null : Run(Images(batch, missing));
        // A row for each image; of maps with the channels last, as they come from the trunk.
        var embeddings = empty(batch.Count, trunk.Spec.EmbeddingSize);
        var maps = withMap ? empty(batch.Count, branch.MapShape.Height, branch.MapShape.Width, branch.MapShape.Channels) : null;
        var (seenEmbeddings, seenMaps) = (seen?.Embeddings.On(CPU).contiguous(), seen?.Map?.permute(0, 2, 3, 1).On(CPU).contiguous());
        for (var (row, next) = (0, 0); row < batch.Count; row++)
        {
            var (item, view) = (batch.Items[row], batch.Views[row]);
            var embedding = Bytes(embeddings, row);
            var map = Bytes(maps, row);
            if (next == missing.Length || missing[next] != row)
            {
                cache.Read(item, view, embedding, map);
                continue;
            }

            Bytes(seenEmbeddings, next).CopyTo(embedding);
            Bytes(seenMaps, next).CopyTo(map);
            cache.Write(batch.Step, item, view, embedding, map);
            next++;
        }

        return new TeacherOutput(maps?.permute(0, 3, 1, 2).On(trunk.Device).MoveToOuterDisposeScope(), embeddings.On(trunk.Device).MoveToOuterDisposeScope());
    }

    /// <summary>The outputs for <c>[N, 3, 112, 112]</c>, in the caller's scope; past any cache.</summary>
    public TeacherOutput Of(Tensor full)
    {
        Asked += full.shape[0];
        return Run(full);
    }

    private TeacherOutput Run(Tensor full)
    {
        Ran += full.shape[0];
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var map = trunk.MapAt(branch.Level, full, training: false);
        var embeddings = trunk.Tail(branch.Level, map, new Pass(trunk.Norms, Training: false));
        return new TeacherOutput(withMap ? map.to(ScalarType.Float32).MoveToOuterDisposeScope() : null, embeddings.MoveToOuterDisposeScope());
    }

    private Tensor Images(FaceBatch batch, int[] rows) => rows.Length == batch.Count
        ? Images(batch)
        : FaceTensor.FromPlanar(BatchInWork.Gather(batch.Full, rows, BatchInWork.FullBytes), rows.Length, Resolution.Full.Side, form).On(trunk.Device);

    private Tensor Images(FaceBatch batch) => FaceTensor.FromPlanar(batch.Full, batch.Count, Resolution.Full.Side, form).On(trunk.Device);

    /// <summary>The bytes of a row, in libtorch's memory; of no tensor, none.</summary>
    private static Span<byte> Bytes(Tensor? rows, int row) => rows is null ? default : rows.narrow(0, row, 1).bytes;
}
