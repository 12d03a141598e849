using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>The searches of the 1:N set among whole images, for any way of seeing them.</summary>
internal sealed class SurvFaceSearches
{
    private readonly FaceEmbeddings _embeddings;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<int, int> _rows;

    // An enrolled face of each row's person: prototypes cannot be looked at.
    private readonly int[] _first;

    /// <exception cref="InputException">Nothing is left of a list.</exception>
    public SurvFaceSearches(FaceEmbeddings embeddings, OpenSetLists lists, CancellationToken cancellation)
    {
        (_embeddings, _cancellation) = (embeddings, cancellation);
        ((Gallery, Mated, Unmated), LeftOut) = lists.Left(embeddings.Broken);
        _first = [.. Gallery.DistinctBy(face => face.Person).Select(face => face.Image)];
        _rows = Gallery.Select(face => face.Person).Distinct().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
    }

    public OpenSetFace[] Gallery { get; }

    public OpenSetFace[] Mated { get; }

    public OpenSetFace[] Unmated { get; }

    public int LeftOut { get; }

    public int Enrolled => _rows.Count;

    /// <summary>Searches in all kinds of prototypes.</summary>
    public int ProbesOfAll => Enum.GetValues<GalleryPrototype>().Length * (Mated.Length + Unmated.Length);

    /// <param name="choice">How images are seen.</param>
    /// <param name="prototype">What stands for an enrolled person.</param>
    /// <param name="searched">Told of the number of searches done since last.</param>
    public PrototypeResult Run(NativeChoice choice, GalleryPrototype prototype, Action<int> searched)
    {
        float[] Embedding(OpenSetFace face) => choice.Embedding(_embeddings, face.Image).ToArray();
        var prototypes = GalleryPrototypes.Of(Gallery.Select(face => (_rows[face.Person], Embedding(face))), Enrolled, _embeddings.Size, prototype);
        PrototypeMatch[] Search(OpenSetFace[] probes, Func<int, int> person) =>
            PrototypeSearch.Run(prototypes, probes.Length, i => Embedding(probes[i]), person, SurvFaceReport.Places, searched, _cancellation);
        var (mated, unmated) = (Search(Mated, i => _rows[Mated[i].Person]), Search(Unmated, _ => -1));
        var identification = TopRankIdentification.Of(
            [.. mated.Select((match, i) => new RankedProbe(match.Own, match.Rank, Mated[i].Person))], [.. unmated.Select((match, i) => new UnmatedProbe(match.Best, Unmated[i].Person))],
            Math.Min(mated.Min(match => match.Lowest), unmated.Min(match => match.Best)), SurvFaceReport.FalsePositiveRates, SurvFaceReport.Places);
        var wrong = mated.Index().Where(match => match.Item.Rank > 1 && match.Item.Other >= 0).Select(match => Mistake(Mated[match.Index], match.Item) with { OwnScore = match.Item.Own });
        return new PrototypeResult(prototype, identification) { Hardest = SearchMistake.Hardest(wrong.Concat(unmated.Select((match, i) => Mistake(Unmated[i], match)))) };

        SearchMistake Mistake(OpenSetFace probe, PrototypeMatch match) => new(probe.Image, _first[match.Other], match.OtherScore, null);
    }
}
