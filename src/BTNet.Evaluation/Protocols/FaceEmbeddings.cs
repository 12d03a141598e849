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
            var count = Math.Min(seeing.ImagesAtATime, broken.Length - start);
            var faces = Decode(images, start, count, broken, [skipped, found], cancellation);
            var whole = Enumerable.Range(0, count).Where(i => faces[i] is not null).ToList();
            foreach (var view in views)
            {
                var rendered = whole.AsParallel().AsOrdered().WithCancellation(cancellation).Select(i => view.Render(faces[i]!, seeing)).ToList();
                if (rendered.Count > 0)
                {
                    var embedded = Embed(embedder, rendered, view, seeing, cancellation);
                    for (var row = 0; row < rendered.Count; row++)
                    {
                        var image = start + whole[row];
                        if (!AllFinite(embedded[row]))
                            throw new InputException($"{embedder.Description}: gives no finite embedding for {images[image].Name} at {view.Resolution}; the weights are damaged or training diverged, use an earlier checkpoint");
                        embedded[row].CopyTo(values[view].AsSpan(image * embedder.EmbeddingSize));
                    }
                }

                done += count;
                progress?.Report(new WorkProgress("embedding faces", done, total, "faces"));
            }
        }

        found.ThrowIfMoreThan(seeing.GreatestBrokenShare, broken.Length);
        return new FaceEmbeddings(values, embedder.EmbeddingSize, broken);
    }

    private static FaceImage?[] Decode(IReadOnlyList<ListedImage> images, int start, int count, bool[] broken, SkippedItems[] skipped, CancellationToken cancellation)
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
            if (reasons[i] is not { } reason) continue;
            broken[start + i] = true;
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
}
