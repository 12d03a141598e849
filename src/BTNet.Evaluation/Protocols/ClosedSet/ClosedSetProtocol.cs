using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>
/// Closed-set identification of faces that keep the size that they were found in, which chooses their branch: each probe is compared by cosine with every enrolled face, and somebody of the right person is
/// to come first. TinyFace and SCface are measured so.
/// </summary>
public static class ClosedSetProtocol
{
    /// <summary>Measures one network, treating small faces in each of some ways; an image that several ways or rules see alike is embedded once.</summary>
    /// <param name="embedder">The network; its resolutions are those that faces are sent to.</param>
    /// <param name="lists">The data.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="ways">The ways, a report each.</param>
    /// <param name="progress">Told of faces embedded and of searches done.</param>
    /// <param name="skipped">Told of each broken image, which is left out.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">There is no way.</exception>
    /// <exception cref="InputException">The options cannot be meant, more images of a list are missing or broken than is borne, nothing is left of a list, or the network gives embeddings that are not finite.</exception>
    public static IReadOnlyList<ClosedSetReport> Run(
        IEmbedder embedder, ClosedSetLists lists, NativeSizeOptions? options, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(lists);
        SmallFaceWays.Require(ways);
        options ??= new NativeSizeOptions();
        options.Validate();
        var choices = NativeChoice.All(ways, options, embedder);
        var embeddings = FaceEmbeddings.Compute(
            embedder, lists.Images, lists.ImageLists, face => [.. choices.Select(choice => choice.View(face.Width, face.Height)).Distinct()], options.Seeing, skipped ?? new SkippedItems(), progress, cancellation);
        var searches = new ClosedSetSearches(embeddings, lists, cancellation);
        var (done, total) = (0L, choices.Count * searches.Probes.Sum(set => (long)set.Length));
        var results = choices.ConvertAll(choice => searches.Run(choice, Shares(choice, embedder, embeddings, searches), Searched));
        var distractors = searches.Gallery.Count(face => face.Person == ClosedSetFace.Nobody);
        return [.. ways.Select(way => new ClosedSetReport(
            embedder.Description, lists.Name, options, way, lists.Ranks, searches.People, searches.Gallery.Length - distractors, distractors, embeddings.Broken.Count(broken => broken), searches.LeftOut, lists.Notices,
            [.. choices.Zip(results).Where(entry => entry.First.Way == way).Select(entry => entry.Second)]))];

        void Searched(int probes) => progress?.Report(new WorkProgress("comparing faces", Interlocked.Add(ref done, probes), total, "searches"));
    }

    private static List<ClosedSetBranchShare> Shares(NativeChoice choice, IEmbedder embedder, FaceEmbeddings embeddings, ClosedSetSearches searches)
    {
        Dictionary<Resolution, int> Counts(IEnumerable<ClosedSetFace> faces) => choice.Counts(embeddings, faces.Select(face => face.Image));
        var distractors = Counts(searches.Gallery.Where(face => face.Person == ClosedSetFace.Nobody));
        var (gallery, probes) = (Counts(searches.Gallery.Where(face => face.Person != ClosedSetFace.Nobody)), searches.Probes.Select(Counts).ToList());
        return [.. choice.Branches(embedder).Select(side => new ClosedSetBranchShare(
            side, gallery.GetValueOrDefault(side), distractors.GetValueOrDefault(side), [.. probes.Select(set => set.GetValueOrDefault(side))]))];
    }
}
