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
    public static FaceEmbeddings Compute(
        IEmbedder embedder, IReadOnlyList<ListedImage> images, IReadOnlyList<FaceView> views, FaceSeeing seeing, SkippedItems skipped,
        IProgress<WorkProgress>? progress, CancellationToken cancellation) => Compute(embedder, images, _ => views, seeing, skipped, progress, cancellation);

    /// <summary>Each image in views of its own, such as those that its size chooses; images that share one go through the network together.</summary>
    public static FaceEmbeddings Compute(
        IEmbedder embedder, IReadOnlyList<ListedImage> images, Func<FaceImage, IReadOnlyList<FaceView>> views, FaceSeeing seeing, SkippedItems skipped,
        IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var embeddings = new FaceEmbeddings(images.Count, embedder.EmbeddingSize);
        var found = new SkippedItems(); // the caller's may hold items of other sources already
        for (var start = 0; start < images.Count; start += seeing.ImagesAtATime)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(seeing.ImagesAtATime, images.Count - start);
            var faces = embeddings.Decode(images, start, count, [skipped, found], cancellation);
            var seen = (from i in Enumerable.Range(0, count)
                where faces[i] is not null
                from view in views(faces[i]!)
                group i by view).ToList();
            foreach (var (done, group) in seen.Index())
            {
                embeddings.Add(embedder, images, start, faces, group.Key, [.. group], seeing, cancellation);
                progress?.Report(new WorkProgress("embedding faces", start + ((long)count * (done + 1) / seen.Count), images.Count, "faces"));
            }
        }

        found.ThrowIfMoreThan(seeing.GreatestBrokenShare, images.Count);
        return embeddings;
    }

    private void Add(
        IEmbedder embedder, IReadOnlyList<ListedImage> images, int start, FaceImage?[] faces, FaceView view, int[] which, FaceSeeing seeing, CancellationToken cancellation)
    {
        var rendered = which.AsParallel().AsOrdered().WithCancellation(cancellation).Select(i => view.Render(faces[i]!, seeing)).ToList();
        var embedded = Embed(embedder, rendered, view, seeing, cancellation);
        if (!_rows.TryGetValue(view, out var rows)) _rows[view] = rows = new Row[images.Count];
        for (var row = 0; row < which.Length; row++)
        {
            var image = start + which[row];
            if (!AllFinite(embedded[row]))
                throw new InputException($"{embedder.Description}: gives no finite embedding for {images[image].Name} at {view.Resolution}; the weights are damaged or training diverged, use an earlier checkpoint");
            rows[image] = new Row(embedded, row);
        }
    }

    private FaceImage?[] Decode(IReadOnlyList<ListedImage> images, int start, int count, SkippedItems[] skipped, CancellationToken cancellation)
    {
        var faces = new FaceImage?[count];
        var reasons = new string?[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                faces[i] = images[start + i].Decode();
            }
            catch (InputException fault)
            {
                reasons[i] = fault.Message;
            }
        });
        for (var i = 0; i < count; i++)
        {
            if (faces[i] is { } face) Sizes[start + i] = (face.Width, face.Height);
            if (reasons[i] is not { } reason) continue;
            Broken[start + i] = true;
            foreach (var list in skipped) list.Add(images[start + i].Name, reason);
        }

        return faces;
    }

    private static EmbeddingMatrix Embed(IEmbedder embedder, List<FaceImage> faces, FaceView view, FaceSeeing seeing, CancellationToken cancellation)
    {
        var embedded = embedder.Embed(faces, view.Entrance, cancellation);
        return seeing.FlipAveraging ? embedded.Plus(embedder.Embed(faces.ConvertAll(face => face.Flipped()), view.Entrance, cancellation)) : embedded;
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value)) return false;
        }

        return true;
    }

    /// <summary>Where an embedding is: a row of what a chunk of images gave.</summary>
    private readonly record struct Row(EmbeddingMatrix? Block, int Index);
}
