using BTNet.Embeddings;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>
/// The embeddings of every image of a list in every view asked for, each computed once. Pictures are held a chunk at
/// a time; what stays is images x views x embedding size numbers.
/// </summary>
internal sealed class FaceEmbeddings
{
    private readonly Dictionary<FaceView, float[]> _values;
    private readonly int _size;

    private FaceEmbeddings(Dictionary<FaceView, float[]> values, int size, bool[] broken) => (_values, _size, Broken) = (values, size, broken);

    /// <summary>Of each image, whether it could not be decoded.</summary>
    public bool[] Broken { get; }

    public ReadOnlySpan<float> Of(FaceView view, int image) => _values[view].AsSpan(image * _size, _size);

    public static FaceEmbeddings Compute(
        IEmbedder embedder, IReadOnlyList<ListedImage> images, IReadOnlyList<FaceView> views, FaceSeeing seeing, SkippedItems skipped,
        IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var values = views.ToDictionary(view => view, _ => new float[(long)images.Count * embedder.EmbeddingSize]);
        var broken = new bool[images.Count];
        var (done, total) = (0L, (long)images.Count * views.Count);
        var found = new SkippedItems(); // the caller's may hold items of other sources already
        for (var start = 0; start < broken.Length; start += seeing.ImagesAtATime)
        {
            cancellation.ThrowIfCancellationRequested();
            var (count, first) = (Math.Min(seeing.ImagesAtATime, broken.Length - start), start);
            var chunk = FaceChunk.See(count, i => images[first + i].Name, i => Views(images[first + i].Decode()), cancellation);
            foreach (var (i, reason) in chunk.Broken)
            {
                broken[start + i] = true;
                foreach (var list in (SkippedItems[])[skipped, found]) list.Add(images[start + i].Name, reason);
            }

            foreach (var (which, view) in views.Index())
            {
                var embedded = chunk.Embed(embedder, which, view, mirrored: false, cancellation);
                if (seeing.FlipAveraging) embedded = embedded.Plus(chunk.Embed(embedder, which, view, mirrored: true, cancellation));
                for (var row = 0; row < embedded.Rows; row++) embedded[row].CopyTo(values[view].AsSpan((start + chunk.Whole[row]) * embedder.EmbeddingSize));
                done += count;
                progress?.Report(new WorkProgress("embedding faces", done, total, "faces"));
            }
        }

        found.ThrowIfMoreThan(seeing.GreatestBrokenShare, broken.Length);
        return new FaceEmbeddings(values, embedder.EmbeddingSize, broken);

        FaceImage[] Views(FaceImage face) => [.. views.Select(view => view.Render(face, seeing))];
    }
}
