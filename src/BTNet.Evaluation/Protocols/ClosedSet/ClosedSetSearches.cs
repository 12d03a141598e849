using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>The searches among whole images, for any way of seeing them. Embeddings are compared where they lie: a gallery of 150,000 is not copied.</summary>
internal sealed class ClosedSetSearches
{
    private readonly FaceEmbeddings _embeddings;
    private readonly ClosedSetLists _lists;
    private readonly CancellationToken _cancellation;
    private readonly ILookup<int, int> _rows;

    /// <exception cref="InputException">Nothing is left of a list.</exception>
    public ClosedSetSearches(FaceEmbeddings embeddings, ClosedSetLists lists, CancellationToken cancellation)
    {
        (_embeddings, _lists, _cancellation) = (embeddings, lists, cancellation);
        (Gallery, Probes, LeftOut) = lists.Left(embeddings.Broken);
        _rows = Gallery.Index().ToLookup(entry => entry.Item.Person, entry => entry.Index);
    }

    public ClosedSetFace[] Gallery { get; }

    /// <summary>Those of each set of searches.</summary>
    public ClosedSetFace[][] Probes { get; }

    public int LeftOut { get; }

    public int People => Gallery.Where(face => face.Person != ClosedSetFace.Nobody).DistinctBy(face => face.Person).Count();

    /// <param name="choice">How images are seen.</param>
    /// <param name="branches">Where they went.</param>
    /// <param name="searched">Told of the number of searches done since last.</param>
    public ClosedSetResult Run(NativeChoice choice, IReadOnlyList<ClosedSetBranchShare> branches, Action<int> searched)
    {
        var scales = new float[Gallery.Length];
        for (var row = 0; row < scales.Length; row++)
        {
            var norm = TensorPrimitives.Norm(Row(row));
            scales[row] = norm > 0 ? 1 / norm : 0; // of a face without a direction
        }

        var all = Probes.SelectMany(set => set).ToArray();
        var (ranks, precisions, mistakes) = (new int[all.Length], new AveragePrecision[all.Length], new SearchMistake[all.Length]);
        TiledSearch.Run(Gallery.Length, Row, all.Length, i => choice.Embedding(_embeddings, all[i].Image).ToArray(), Found, searched, _cancellation);
        var (figures, first) = (new List<ClosedSetFigures>(), 0);
        foreach (var (set, faces) in _lists.Probes.Zip(Probes))
        {
            figures.Add(Figures(set.Name, first, faces.Length));
            first += faces.Length;
        }

        if (Probes.Length > 1) figures.Add(Figures(ClosedSetReport.Overall, 0, all.Length));
        return new ClosedSetResult(choice.Rule, branches, figures)
        {
            Hardest = SearchMistake.Hardest(mistakes.Where((_, i) => ranks[i] > 1)), Scores = [.. mistakes.Select(one => ((float)one.OwnScore!.Value, (float)one.Score))]
        };

        ReadOnlySpan<float> Row(int row) => choice.Embedding(_embeddings, Gallery[row].Image);

        void Found(int probe, float[] scores)
        {
            TensorPrimitives.Multiply(scores, scales, scores);
            int[] own = [.. _rows[all[probe].Person]];
            var places = MatchPlaces.Of(scores, own);
            (ranks[probe], precisions[probe]) = (places[0], AveragePrecision.Of(places));
            mistakes[probe] = Other(probe, scores, own);
        }

        SearchMistake Other(int probe, float[] scores, int[] own)
        {
            var ownScore = own.Max(row => scores[row]);
            foreach (var row in own) scores[row] = float.NegativeInfinity;
            var found = TensorPrimitives.IndexOfMax(scores);
            return new SearchMistake(all[probe].Image, Gallery[found].Image, scores[found], ownScore);
        }

        ClosedSetFigures Figures(string name, int start, int count) => new(name, new ClosedSetRanks(ranks.Skip(start).Take(count)), AveragePrecision.Mean([.. precisions.Skip(start).Take(count)]));
    }
}
