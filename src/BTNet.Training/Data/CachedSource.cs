using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// Keeps decoded pictures of another source in memory, those that are asked for first, up to a limit, so that a small
/// set is decoded once. Nothing is put out again: each epoch asks for every picture as often as for any other.
/// </summary>
public sealed class CachedSource : IFaceSource
{
    private readonly IFaceSource _source;
    private readonly FaceImage?[] _images;
    private readonly long _limit;
    private long _bytes;

    /// <summary>Wraps a source, which stays the caller's to dispose of.</summary>
    /// <param name="source">Where the pictures are.</param>
    /// <param name="limitBytes">The most bytes of pixels kept, 3 a pixel.</param>
    public CachedSource(IFaceSource source, long limitBytes)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(limitBytes);
        (_source, _limit, _images) = (source, limitBytes, new FaceImage?[source.Count]);
    }

    /// <inheritdoc/>
    public string Description => _source.Description;

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public int Identities => _source.Identities;

    /// <summary>Bytes of pixels kept now.</summary>
    public long CachedBytes => Volatile.Read(ref _bytes);

    /// <inheritdoc/>
    public int LabelOf(int index) => _source.LabelOf(index);

    /// <inheritdoc/>
    public string NameOf(int index) => _source.NameOf(index);

    /// <inheritdoc/>
    public string IdentityName(int label) => _source.IdentityName(label);

    /// <inheritdoc/>
    public string VersionOf(int index) => _source.VersionOf(index);

    /// <inheritdoc/>
    public FaceImage Load(int index)
    {
        if (Volatile.Read(ref _images[index]) is { } kept) return kept;
        var image = _source.Load(index);
        var bytes = (long)image.Pixels.Length;
        if (Interlocked.Add(ref _bytes, bytes) > _limit || Interlocked.CompareExchange(ref _images[index], image, null) is not null)
            Interlocked.Add(ref _bytes, -bytes);
        return image;
    }
}
