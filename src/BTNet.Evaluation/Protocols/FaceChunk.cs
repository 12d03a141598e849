using BTNet.Embeddings;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>A few faces in the views in which a network is to see them, those of one view together: what every protocol embeds, however it keeps the embeddings.</summary>
internal sealed class FaceChunk
{
    private readonly Func<int, string> _name;
    private readonly Dictionary<FaceView, (int Face, FaceImage Seen)[]> _views;

    private FaceChunk(Func<int, string> name, Dictionary<FaceView, (int, FaceImage)[]> views, IReadOnlyList<(int, string)> broken) => (_name, _views, Broken) = (name, views, broken);

    /// <summary>The views that any face is seen in.</summary>
    public IReadOnlyCollection<FaceView> Views => _views.Keys;

    /// <summary>The numbers of the faces that could not be had, and why.</summary>
    public IReadOnlyList<(int Face, string Reason)> Broken { get; }

    /// <summary>Decodes faces beside each other.</summary>
    /// <param name="count">How many.</param>
    /// <param name="name">What a face is called.</param>
    /// <param name="see">Gives a face in each of its views, no view twice; throws <see cref="InputException"/> where it is broken; called from several threads.</param>
    /// <param name="cancellation">Ends the work between two faces.</param>
    public static FaceChunk See(int count, Func<int, string> name, Func<int, IReadOnlyList<(FaceView View, FaceImage Seen)>> see, CancellationToken cancellation)
    {
        var (seen, reasons) = (new IReadOnlyList<(FaceView View, FaceImage Seen)>?[count], new string?[count]);
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                seen[i] = see(i);
            }
            catch (InputException fault)
            {
                reasons[i] = fault.Message;
            }
        });
        var views = seen.Index().SelectMany(face => (face.Item ?? []).Select(one => (one.View, Face: (face.Index, one.Seen)))).GroupBy(one => one.View, one => one.Face).ToDictionary(view => view.Key, view => view.ToArray());
        return new FaceChunk(name, views, [.. reasons.Index().Where(one => one.Item is not null).Select(one => (one.Index, one.Item!))]);
    }

    /// <summary>The numbers of the faces of a view: what each row of its embeddings is of.</summary>
    public IReadOnlyList<int> Faces(FaceView view) => _views.TryGetValue(view, out var faces) ? [.. faces.Select(one => one.Face)] : [];

    /// <summary>What the network is given of a face of a view.</summary>
    /// <param name="view">A view that faces are seen in.</param>
    /// <param name="row">Which of <see cref="Faces"/>.</param>
    public FaceImage Seen(FaceView view, int row) => _views[view][row].Seen;

    /// <summary>The raw embeddings in a view, a row for each of <see cref="Faces"/>.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="view">The view.</param>
    /// <param name="mirrored">Whether mirror images are embedded instead.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="InputException">An embedding is not finite.</exception>
    public EmbeddingMatrix Embed(IEmbedder embedder, FaceView view, bool mirrored, CancellationToken cancellation)
    {
        if (!_views.TryGetValue(view, out var faces)) return new EmbeddingMatrix(0, embedder.EmbeddingSize, []);
        var embedded = embedder.Embed([.. faces.Select(one => mirrored ? one.Seen.Flipped() : one.Seen)], view.Entrance, cancellation);
        for (var row = 0; row < embedded.Rows; row++)
        {
            if (!AllFinite(embedded[row]))
                throw new InputException($"{embedder.Description}: gives no finite embedding for {_name(faces[row].Face)} at {view.Resolution}; the weights are damaged or training diverged, use an earlier checkpoint");
        }

        return embedded;
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
