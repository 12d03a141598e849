using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>
/// The open-set identification of QMUL-SurvFace, and its verification: faces keep the size that they were found in, and their size chooses the branch. Probes are compared by cosine with a prototype
/// of each enrolled person, which is made of the person's faces in two ways.
/// </summary>
public static class SurvFaceProtocol
{
    /// <summary>Measures one network, treating small faces in each of some ways; an image that several ways or rules see alike is embedded once.</summary>
    /// <param name="embedder">The network; its resolutions are those that faces are sent to.</param>
    /// <param name="set">The data.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="ways">The ways, a report each.</param>
    /// <param name="progress">Told of faces embedded and of probes compared.</param>
    /// <param name="skipped">Told of each broken image, which is left out.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">There is no way.</exception>
    /// <exception cref="InputException">The options cannot be meant, more images of a list are missing or broken than is borne, nothing is left of a list, or the network gives embeddings that are not finite.</exception>
    public static IReadOnlyList<SurvFaceReport> Run(
        IEmbedder embedder, SurvFaceSet set, NativeSizeOptions? options, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(set);
        SmallFaceWays.Require(ways);
        options ??= new NativeSizeOptions();
        options.Validate();
        var (lists, pairs) = (set.Identification, set.Verification);
        var choices = NativeChoice.All(ways, options, embedder);
        var embeddings = FaceEmbeddings.Compute(
            embedder, [.. lists.Images, .. pairs?.Images ?? []], pairs is null ? lists.ImageLists : [.. lists.ImageLists, pairs.ImageList(first: lists.Images.Count)], face => [.. choices.Select(choice => choice.View(face.Width, face.Height)).Distinct()], options.Seeing, skipped ?? new SkippedItems(), progress,
            cancellation);
        var searches = new SurvFaceSearches(embeddings, lists, cancellation);
        var compared = pairs is null ? null : new NativePairs(pairs, embeddings, lists.Images.Count);
        var (done, total) = (0L, choices.Count * (long)searches.ProbesOfAll);
        var results = choices.ConvertAll(choice => new SurvFaceResult(
            choice.Rule, Shares(choice, embedder, embeddings, searches, compared),
            [.. Enum.GetValues<GalleryPrototype>().Select(prototype => searches.Run(choice, prototype, Searched))], compared?.Compare(choice)));
        return [.. ways.Select(way => new SurvFaceReport(
            embedder.Description, lists.Name, options, way, searches.Enrolled, searches.Gallery.Length, compared?.Evaluated.Length ?? 0, embeddings.Broken.Count(broken => broken), searches.LeftOut,
            compared?.LeftOut ?? 0, lists.Notices, pairs?.Notices ?? [], [.. choices.Zip(results).Where(entry => entry.First.Way == way).Select(entry => entry.Second)]))];

        void Searched(int probes) => progress?.Report(new WorkProgress("comparing faces", Interlocked.Add(ref done, probes), total, "searches"));
    }

    private static List<BranchShare> Shares(NativeChoice choice, IEmbedder embedder, FaceEmbeddings embeddings, SurvFaceSearches searches, NativePairs? pairs)
    {
        Dictionary<Resolution, int> Counts(IEnumerable<int> images) => choice.Counts(embeddings, images);
        var (gallery, mated, unmated) = (Counts(searches.Gallery.Select(face => face.Image)), Counts(searches.Mated.Select(face => face.Image)), Counts(searches.Unmated.Select(face => face.Image)));
        var paired = Counts(pairs?.Images ?? []);
        return [.. choice.Branches(embedder).Select(side => new BranchShare(
            side, gallery.GetValueOrDefault(side), mated.GetValueOrDefault(side), unmated.GetValueOrDefault(side), paired.GetValueOrDefault(side)))];
    }
}
