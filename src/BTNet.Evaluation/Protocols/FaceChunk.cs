using BTNet.Embeddings;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>A few faces in the forms in which a network is to see them: what every protocol embeds, however it keeps the embeddings.</summary>
internal sealed class FaceChunk
{
    private readonly Func<int, string> _name;
    private readonly List<FaceImage[]> _seen;

    private FaceChunk(Func<int, string> name, List<FaceImage[]> seen, IReadOnlyList<int> whole, IReadOnlyList<(int, string)> broken) => (_name, _seen, Whole, Broken) = (name, seen, whole, broken);

    /// <summary>The numbers of the faces that are there: what each row of an embedding is of.</summary>
    public IReadOnlyList<int> Whole { get; }

    /// <summary>The numbers of those that could not be had, and why.</summary>
    public IReadOnlyList<(int Face, string Reason)> Broken { get; }

    /// <summary>Decodes faces beside each other.</summary>
    /// <param name="count">How many.</param>
    /// <param name="name">What a face is called.</param>
    /// <param name="see">Gives a face in each of its forms; throws <see cref="InputException"/> where it is broken; called from several threads.</param>
    /// <param name="cancellation">Ends the work between two faces.</param>
    public static FaceChunk See(int count, Func<int, string> name, Func<int, FaceImage[]> see, CancellationToken cancellation)
    {
        var (seen, reasons) = (new FaceImage[]?[count], new string?[count]);
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
        return new FaceChunk(
            name, [.. seen.OfType<FaceImage[]>()], [.. Enumerable.Range(0, count).Where(i => seen[i] is not null)], [.. reasons.Index().Where(one => one.Item is not null).Select(one => (one.Index, one.Item!))]);
    }

    /// <summary>The raw embeddings, a row for each of <see cref="Whole"/>.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="form">Which of the forms.</param>
    /// <param name="view">What that form is.</param>
    /// <param name="mirrored">Whether its mirror image is embedded instead.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="InputException">An embedding is not finite.</exception>
    public EmbeddingMatrix Embed(IEmbedder embedder, int form, FaceView view, bool mirrored, CancellationToken cancellation)
    {
        if (_seen.Count == 0) return new EmbeddingMatrix(0, embedder.EmbeddingSize, []);
        var embedded = embedder.Embed(_seen.ConvertAll(forms => mirrored ? forms[form].Flipped() : forms[form]), view.Entrance, cancellation);
        for (var row = 0; row < embedded.Rows; row++)
        {
            if (!AllFinite(embedded[row]))
                throw new InputException($"{embedder.Description}: gives no finite embedding for {_name(Whole[row])} at {view.Resolution}; the weights are damaged or training diverged, use an earlier checkpoint");
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
