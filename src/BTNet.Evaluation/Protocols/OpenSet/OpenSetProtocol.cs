using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Faces;

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
    /// <exception cref="InputException">The options ask for what the network lacks, more images are broken than is borne, nothing is left of a list, or the network gives embeddings that are not
    /// finite.</exception>
    public static IReadOnlyList<OpenSetReport> Run(
        IEmbedder embedder, OpenSetLists lists, OpenSetOptions? options, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(ways);
        options ??= new OpenSetOptions();
        foreach (var way in ways) (options with { Way = way }).Validate(embedder.Resolutions);
        var views = ways.SelectMany(way => options.Probes.Append(options.Gallery).Select(side => FaceView.Of(side, way))).Distinct().ToList();
        var embeddings = FaceEmbeddings.Compute(embedder, lists.Images, views, options.Seeing, skipped ?? new SkippedItems(), progress, cancellation);
        var (gallery, mated, unmated, leftOut) = lists.Left(embeddings.Broken);
        var enrolled = gallery.DistinctBy(face => face.Person).Count();
        return [.. ways.Select(way => new OpenSetReport(
            embedder.Description, lists.Name, options with { Way = way }, enrolled, gallery.Length, embeddings.Broken.Count(broken => broken), leftOut, lists.Notices,
            [.. options.Probes.Select(side => Result(embeddings, FaceView.Of(options.Gallery, way), FaceView.Of(side, way)))]))];

        OpenSetResult Result(FaceEmbeddings of, FaceView galleryView, FaceView probeView)
        {
            (double Own, OpenSetMatch Other) Search(OpenSetFace probe)
            {
                var (own, other) = (double.NegativeInfinity, new OpenSetMatch(probe.Image, -1, double.NegativeInfinity));
                foreach (var face in gallery)
                {
                    var score = UnitVectors.Cosine(of.Of(galleryView, face.Image), of.Of(probeView, probe.Image));
                    if (face.Person == probe.Person) own = Math.Max(own, score);
                    else if (score > other.Score) other = other with { Found = face.Image, Score = score };
                }

                return (own, other);
            }

            (double Own, OpenSetMatch Other)[] Searches(OpenSetFace[] probes) => [.. probes.AsParallel().AsOrdered().WithCancellation(cancellation).Select(Search)];
            var (known, strangers) = (Searches(mated), Searches(unmated));
            var identification = OpenSetIdentification.Of(
                [.. known.Select((found, i) => new MatedProbe(found.Own, found.Other.Score, mated[i].Person))], [.. strangers.Select((found, i) => new UnmatedProbe(found.Other.Score, unmated[i].Person))]);
            return new OpenSetResult(probeView.Resolution, identification, identification.At(OpenSetReport.FalsePositiveRates), [.. known.Concat(strangers).Select(found => found.Other)])
            {
                MatedNorms = [.. mated.Select(probe => (double)TensorPrimitives.Norm(of.Of(probeView, probe.Image)))]
            };
        }
    }
}
