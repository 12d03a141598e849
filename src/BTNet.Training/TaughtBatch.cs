using BTNet.Training.Backbones;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Teaching;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>What a teacher made of the faces of a step.</summary>
internal static class TaughtBatch
{
    /// <summary>Map <c>[N, C, r, r]</c> in half precision, null where none is asked for, and embeddings <c>[N, D]</c>, in the caller's scope.</summary>
    /// <param name="views">What it made of all.</param>
    /// <param name="batch">The step's faces.</param>
    /// <param name="source">The faces, to name them.</param>
    /// <param name="embeddingSize">D.</param>
    /// <param name="map">C and r; null for no map.</param>
    /// <param name="device">Where to put them.</param>
    /// <exception cref="InputException">A picture could be read after the teacher was asked, and not before.</exception>
    public static (Tensor? Map, Tensor Embeddings) Of(TaughtViews views, FaceBatch batch, IFaceSource source, int embeddingSize, FeatureShape? map, Device device)
    {
        var embeddings = empty(batch.Count, embeddingSize);
        var maps = map is { } shape ? empty(batch.Count, shape.Height, shape.Width, shape.Channels, dtype: ScalarType.Float16) : null;
        for (var row = 0; row < batch.Count; row++)
        {
            if (!views.Has(batch.Items[row], batch.Views[row]))
                throw new InputException($"{source.NameOf(batch.Items[row])} could not be read when the recogniser was asked about it, and can be now; start again, so that it is asked");
            using var embedding = embeddings.narrow(0, row, 1);
            using var entry = maps?.narrow(0, row, 1);
            views.Read(batch.Items[row], batch.Views[row], embedding.bytes, entry is null ? default : entry.bytes);
        }

        return (maps?.On(device).permute(0, 3, 1, 2), embeddings.On(device));
    }
}
