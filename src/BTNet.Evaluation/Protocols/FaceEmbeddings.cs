using BTNet.Embeddings;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>
/// The embeddings of the images of a list, each computed once in every view asked for. Pictures are held a chunk at
/// a time; what stays is a vector for each image and view, and the image's size.
/// </summary>
internal sealed class FaceEmbeddings
{
    private readonly Dictionary<FaceView, Row[]> _rows = [];

    private FaceEmbeddings(int images, int size) => (Size, Broken, Sizes) = (size, new bool[images], new (int, int)[images]);

    /// <summary>Numbers in an embedding.</summary>
    public int Size { get; }

    /// <summary>Of each image, whether it could not be decoded.</summary>
    public bool[] Broken { get; }

    /// <summary>Of each image the pixels that it came with; zeros where it could not be decoded.</summary>
    public (int Width, int Height)[] Sizes { get; }

    /// <summary>The raw embedding of an image in a view that was asked for.</summary>
    public ReadOnlySpan<float> Of(FaceView view, int image)
    {
        var row = _rows[view][image];
        return row.Block![row.Index];
    }

    /// <summary>Every image in the same views.</summary>
    /// <exception cref="InputException">More of a list is missing or broken than is borne, which is said as soon as it is known, or an embedding is not finite.</exception>
    public static FaceEmbeddings Compute(
        IEmbedder embedder, IReadOnlyList<ListedImage> images, IReadOnlyList<ImageList> lists, IReadOnlyList<FaceView> views, FaceSeeing seeing, SkippedItems skipped,
        IProgress<WorkProgress>? progress, CancellationToken cancellation) => Compute(embedder, images, lists, _ => views, seeing, skipped, progress, cancellation);

    /// <summary>Each image in views of its own, such as those that its size chooses; images that share one go through the network together.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="lists">Of which of them a share may be lost.</param>
    /// <param name="views">The views of a face, no view needed twice.</param>
    /// <param name="seeing">How faces are brought to the network, and the share that may be lost.</param>
    /// <param name="skipped">Told of each broken image.</param>
    /// <param name="progress">Told of faces embedded.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="InputException">More of a list is missing or broken than is borne, which is said as soon as it is known, or an embedding is not finite.</exception>
    public static FaceEmbeddings Compute(
        IEmbedder embedder, IReadOnlyList<ListedImage> images, IReadOnlyList<ImageList> lists, Func<FaceImage, IReadOnlyList<FaceView>> views, FaceSeeing seeing, SkippedItems skipped,
        IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var embeddings = new FaceEmbeddings(images.Count, embedder.EmbeddingSize);
        var broken = new Dictionary<int, string>();
        for (var start = 0; start < images.Count; start += seeing.ImagesAtATime)
        {
            cancellation.ThrowIfCancellationRequested();
            var (count, first) = (Math.Min(seeing.ImagesAtATime, images.Count - start), start);
            var chunk = FaceChunk.See(count, i => images[first + i].Name, i => See(first + i), cancellation);
            foreach (var (i, reason) in chunk.Broken)
            {
                embeddings.Broken[first + i] = true;
                broken.Add(first + i, $"{images[first + i].Name}: {reason}");
                skipped.Add(images[first + i].Name, reason);
            }

            if (chunk.Broken.Count > 0)
                foreach (var list in lists) list.Require(seeing.GreatestBrokenShare, broken);

            foreach (var (done, view) in chunk.Views.Index())
            {
                var embedded = chunk.Embed(embedder, view, mirrored: false, cancellation);
                if (seeing.FlipAveraging) embedded = embedded.Plus(chunk.Embed(embedder, view, mirrored: true, cancellation));
                embeddings.Add(view, chunk.Faces(view), first, embedded);
                progress?.Report(new WorkProgress("embedding faces", first + ((long)count * (done + 1) / chunk.Views.Count), images.Count, "faces"));
            }
        }

        return embeddings;

        IReadOnlyList<(FaceView, FaceImage)> See(int image)
        {
            var face = images[image].Decode();
            embeddings.Sizes[image] = (face.Width, face.Height);
            return [.. views(face).Distinct().Select(view => (view, view.Render(face, seeing)))];
        }
    }

    private void Add(FaceView view, IReadOnlyList<int> faces, int first, EmbeddingMatrix embedded)
    {
        if (!_rows.TryGetValue(view, out var rows)) _rows[view] = rows = new Row[Broken.Length];
        for (var row = 0; row < faces.Count; row++) rows[first + faces[row]] = new Row(embedded, row);
    }

    /// <summary>Where an embedding is: a row of what a chunk of images gave.</summary>
    private readonly record struct Row(EmbeddingMatrix? Block, int Index);
}
