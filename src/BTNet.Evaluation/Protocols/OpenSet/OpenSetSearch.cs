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
        (OpenSetFace Face, double[] Vector)[] gallery = [.. roles.Gallery.Select(face => (face, UnitVectors.Of(embeddings.Of(galleryView, face.Image))))];
        var (known, strangers) = (Searches(roles.Mated), Searches(roles.Unmated));
        var identification = OpenSetIdentification.Of(
            [.. known.Select((found, i) => new MatedProbe(found.Own, found.Other.Score, roles.Mated[i].Person))], [.. strangers.Select((found, i) => new UnmatedProbe(found.Other.Score, roles.Unmated[i].Person))]);
        return (identification, [.. known.Concat(strangers).Select(found => found.Other)]);

        (double Own, OpenSetMatch Other)[] Searches(OpenSetFace[] probes) => [.. probes.AsParallel().AsOrdered().WithCancellation(cancellation).Select(Search)];

        (double Own, OpenSetMatch Other) Search(OpenSetFace probe)
        {
            var vector = UnitVectors.Of(embeddings.Of(probeView, probe.Image));
            var (own, other) = (double.NegativeInfinity, new OpenSetMatch(probe.Image, -1, double.NegativeInfinity));
            foreach (var (face, enrolled) in gallery)
            {
                var score = TensorPrimitives.Dot<double>(enrolled, vector);
                if (face.Person == probe.Person) own = Math.Max(own, score);
                else if (score > other.Score) other = other with { Found = face.Image, Score = score };
            }

            return (own, other);
        }
    }
}
