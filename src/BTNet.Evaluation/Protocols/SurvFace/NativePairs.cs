using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>Pairs of whole images that keep their sizes, for any way of seeing them.</summary>
internal sealed class NativePairs
{
    private readonly FaceEmbeddings _embeddings;
    private readonly int _firstImage;

    /// <param name="set">The pairs.</param>
    /// <param name="embeddings">Of their images among others.</param>
    /// <param name="firstImage">Where among these theirs begin.</param>
    /// <exception cref="InputException">A fold or a label has no pair left.</exception>
    public NativePairs(PairSet set, FaceEmbeddings embeddings, int firstImage)
    {
        (_embeddings, _firstImage) = (embeddings, firstImage);
        Evaluated = [.. set.Whole(image => embeddings.Broken[firstImage + image]).Select(pair => set.Pairs[pair])];
        LeftOut = set.SkippedPairs + set.Pairs.Count - Evaluated.Length;
    }

    public FacePair[] Evaluated { get; }

    public int LeftOut { get; }

    /// <summary>The images of the pairs, each once, as indices into the embeddings.</summary>
    public IEnumerable<int> Images => Evaluated.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Select(image => _firstImage + image);

    /// <param name="choice">How images are seen.</param>
    public SurvFaceVerification Compare(NativeChoice choice)
    {
        ReadOnlySpan<float> Embedding(int image) => choice.Embedding(_embeddings, _firstImage + image);
        return new SurvFaceVerification(
            [.. Evaluated.Select(pair => UnitVectors.Cosine(Embedding(pair.First), Embedding(pair.Second)))], [.. Evaluated.Select(pair => pair.Same)], [.. Evaluated.Select(pair => pair.Fold)]);
    }
}
