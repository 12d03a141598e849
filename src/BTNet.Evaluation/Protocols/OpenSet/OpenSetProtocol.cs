using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Open-set identification: faces of people who are enrolled and of strangers are searched for in a gallery, the
/// gallery's faces seen at one resolution and those searched for at others. A person's score is that of the most alike of the
/// person's enrolled faces, by cosine.
/// </summary>
public static class OpenSetProtocol
{
    /// <summary>Measures one network, treating small faces in each of some ways; what they share is computed once.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="lists">Who is enrolled and who is searched for.</param>
    /// <param name="options">How; null for the defaults. Its way is not looked at.</param>
    /// <param name="ways">The ways, a report each.</param>
    /// <param name="progress">Told of faces embedded.</param>
    /// <param name="skipped">Told of each broken image, which is left out.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">There is no way.</exception>
    /// <exception cref="InputException">The options ask for what the network lacks, more images are broken than is borne, nothing is left of a list, or the network gives embeddings that are not
    /// finite.</exception>
    public static IReadOnlyList<OpenSetReport> Run(
        IEmbedder embedder, OpenSetLists lists, OpenSetOptions? options, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(lists);
        options ??= new OpenSetOptions();
        var embeddings = Embed(embedder, lists.Images, lists.ImageLists, options, ways, progress, skipped, cancellation);
        var (roles, leftOut) = lists.Left(embeddings.Broken);
        var everybody = options.OverGalleries ? EveryGallery.Faces(roles) : [];
        var enrolled = roles.Gallery.DistinctBy(face => face.Person).Count();
        return [.. ways.Select(way => new OpenSetReport(
            embedder.Description, lists.Name, options with { Way = way }, enrolled, roles.Gallery.Length, embeddings.Broken.Count(broken => broken), leftOut, lists.Notices,
            Results(way)))];

        IReadOnlyList<OpenSetResult> Results(SmallFaceWay way)
        {
            var gallery = options.OverGalleries ? EveryGallery.Units(embeddings, everybody, FaceView.Of(options.Gallery, way)) : null;
            return [.. options.Probes.Select(side => Result(side, way) with { Everybody = gallery is null ? null : new EveryGallery(gallery, EveryGallery.Units(embeddings, everybody, FaceView.Of(side, way))) })];
        }

        OpenSetResult Result(Resolution side, SmallFaceWay way)
        {
            var (identification, nearest) = OpenSetSearch.Run(embeddings, roles, FaceView.Of(options.Gallery, way), FaceView.Of(side, way), cancellation);
            return new OpenSetResult(side, identification, identification.At(OpenSetReport.FalsePositiveRates), nearest)
            {
                MatedNorms = [.. roles.Mated.Select(probe => (double)TensorPrimitives.Norm(embeddings.Of(FaceView.Of(side, way), probe.Image)))]
            };
        }
    }

    /// <summary>Every image in each view that the ways need, once.</summary>
    /// <exception cref="ArgumentException">There is no way.</exception>
    /// <exception cref="InputException">The options ask for what the network lacks, or more images of a list are missing or broken than is borne.</exception>
    internal static FaceEmbeddings Embed(
        IEmbedder embedder, IReadOnlyList<ListedImage> images, IReadOnlyList<ImageList> imageLists, OpenSetOptions options, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress,
        SkippedItems? skipped, CancellationToken cancellation)
    {
        SmallFaceWays.Require(ways);
        foreach (var way in ways) (options with { Way = way }).Validate(embedder.Resolutions);
        var views = ways.SelectMany(way => options.Probes.Append(options.Gallery).Select(side => FaceView.Of(side, way))).Distinct().ToList();
        return FaceEmbeddings.Compute(embedder, images, imageLists, views, options.Seeing, skipped ?? new SkippedItems(), progress, cancellation);
    }
}
