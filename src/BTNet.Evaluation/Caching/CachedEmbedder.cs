using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Caching;

/// <summary>A network that is not asked twice about the same pixels. What is known was computed in another batch, and may differ from what would be computed now by rounding.</summary>
/// <param name="embedder">The network; stays the caller's.</param>
/// <param name="cache">What it was asked before; stays the caller's.</param>
public sealed class CachedEmbedder(IEmbedder embedder, EmbeddingCache cache) : IEmbedder
{
    private long _known;
    private long _computed;

    /// <inheritdoc />
    public string Description => embedder.Description;

    /// <inheritdoc />
    public int EmbeddingSize => embedder.EmbeddingSize;

    /// <inheritdoc />
    public IReadOnlyList<Resolution> Resolutions => embedder.Resolutions;

    /// <summary>Faces so far whose embeddings were known.</summary>
    public long Known => Interlocked.Read(ref _known);

    /// <summary>Faces so far that the network embedded.</summary>
    public long Computed => Interlocked.Read(ref _computed);

    /// <inheritdoc />
    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        cancellation.ThrowIfCancellationRequested();
        // The network says what is wrong with faces of another size; what has a size of its own cannot be known.
        if (faces.Any(face => face is null || face.Width != resolution.Side || face.Height != resolution.Side) || !Resolutions.Contains(resolution)) return embedder.Embed(faces, resolution, cancellation);
        var hashes = faces.AsParallel().AsOrdered().Select(face => SHA256.HashData(face.Pixels)).ToList();
        var values = new float[faces.Count * EmbeddingSize];
        Span<float> Row(int face) => values.AsSpan(face * EmbeddingSize, EmbeddingSize);
        var known = new bool[faces.Count];
        cache.Read(Keys(hashes, resolution), (face, numbers) =>
        {
            numbers.CopyTo(Row(face));
            known[face] = true;
        });
        var missing = Enumerable.Range(0, faces.Count).Where(face => !known[face]).ToList();
        Interlocked.Add(ref _known, faces.Count - missing.Count);
        if (missing.Count > 0)
        {
            var embedded = embedder.Embed([.. missing.Select(face => faces[face])], resolution, cancellation);
            Interlocked.Add(ref _computed, missing.Count);
            for (var row = 0; row < missing.Count; row++) embedded[row].CopyTo(Row(missing[row]));
            cache.Write(Keys([.. missing.Select(face => hashes[face])], resolution), row => MemoryMarshal.AsBytes(embedded[row]).ToArray());
        }

        return new EmbeddingMatrix(faces.Count, EmbeddingSize, values);
    }

    /// <summary>By the way into the network as well as by the pixels.</summary>
    private static List<byte[]> Keys(List<byte[]> hashes, Resolution resolution) => hashes.ConvertAll(hash => (byte[])[(byte)resolution.Side, .. hash]);
}
