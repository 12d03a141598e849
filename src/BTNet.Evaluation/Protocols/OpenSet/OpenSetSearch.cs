using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>Compares each probe with everybody enrolled.</summary>
internal static class OpenSetSearch
{
    /// <param name="embeddings">Of all faces in both views.</param>
    /// <param name="roles">Who is enrolled and who is searched for.</param>
    /// <param name="galleryView">How enrolled faces are seen.</param>
    /// <param name="probeView">How the others are.</param>
    /// <param name="cancellation">Ends the work between two probes.</param>
    /// <returns>The searches, and what each came nearest to: mated ones first, in their order.</returns>
    public static (OpenSetIdentification Identification, IReadOnlyList<OpenSetMatch> Nearest) Run(
        FaceEmbeddings embeddings, OpenSetRoles roles, FaceView galleryView, FaceView probeView, CancellationToken cancellation)
    {
        // At length 1 once, and not anew for each probe: a trial of thousands of searches then takes a second.
        EnrolledRow[] gallery = [.. roles.Gallery.Select(face => new EnrolledRow(face.Person, face.Image, UnitVectors.Of(embeddings.Of(galleryView, face.Image))))];
        var (identification, _, others) = Run(embeddings, roles, gallery, probeView, cancellation);
        return (identification, others);
    }

    /// <summary>The same with rows of one's own: an enrolled person has one or several.</summary>
    /// <param name="embeddings">Of all faces that are searched for.</param>
    /// <param name="roles">Who is enrolled and who is searched for.</param>
    /// <param name="gallery">The rows.</param>
    /// <param name="probeView">How faces that are searched for are seen.</param>
    /// <param name="cancellation">Ends the work between two probes.</param>
    /// <returns>The searches; what each of those for enrolled people came nearest to among the person's own rows, and every search among those of others: mated ones first, in their order.</returns>
    public static (OpenSetIdentification Identification, IReadOnlyList<OpenSetMatch> Own, IReadOnlyList<OpenSetMatch> Others) Run(
        FaceEmbeddings embeddings, OpenSetRoles roles, IReadOnlyList<EnrolledRow> gallery, FaceView probeView, CancellationToken cancellation)
    {
        var (known, strangers) = (Searches(roles.Mated), Searches(roles.Unmated));
        var identification = OpenSetIdentification.Of(
            [.. known.Select((found, i) => new MatedProbe(found.Own.Score, found.Other.Score, roles.Mated[i].Person))], [.. strangers.Select((found, i) => new UnmatedProbe(found.Other.Score, roles.Unmated[i].Person))]);
        return (identification, [.. known.Select(found => found.Own)], [.. known.Concat(strangers).Select(found => found.Other)]);

        (OpenSetMatch Own, OpenSetMatch Other)[] Searches(OpenSetFace[] probes) => [.. probes.AsParallel().AsOrdered().WithCancellation(cancellation).Select(Search)];

        (OpenSetMatch Own, OpenSetMatch Other) Search(OpenSetFace probe)
        {
            var vector = UnitVectors.Of(embeddings.Of(probeView, probe.Image));
            var nobody = new OpenSetMatch(probe.Image, -1, double.NegativeInfinity);
            var (own, other) = (nobody, nobody);
            foreach (var row in gallery)
            {
                var score = TensorPrimitives.Dot<double>(row.Vector, vector);
                ref var best = ref row.Person == probe.Person ? ref own : ref other;
                if (score > best.Score) best = best with { Found = row.Image, Score = score };
            }

            return (own, other);
        }
    }
}

/// <summary>What is compared with of somebody enrolled.</summary>
/// <param name="Person">Who it is.</param>
/// <param name="Image">The enrolled image, or the one that stands for several.</param>
/// <param name="Vector">At length 1.</param>
internal readonly record struct EnrolledRow(int Person, int Image, double[] Vector);
