using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;
using BTNet.Matching;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Everybody of the lists with a face each, enrolled people and strangers alike: what a threshold comes to in the mean over all galleries of a size that could be drawn of them, where the lists have one. Which people are
/// enrolled is chance, too, and one who is like many raises several alarms; over all galleries that chance is gone, and people alone are left.
/// </summary>
public sealed class EveryGallery
{
    private readonly float[][] _gallery;
    private readonly float[][] _probes;

    /// <param name="gallery">A face of each at length 1, as enrolled.</param>
    /// <param name="probes">As searched for, in the same order.</param>
    internal EveryGallery(float[][] gallery, float[][] probes) => (_gallery, _probes) = (gallery, probes);

    /// <summary>How many people there are.</summary>
    public int People => _gallery.Length;

    /// <param name="embeddings">Of all faces in both views.</param>
    /// <param name="roles">Who is enrolled and who is a stranger: the first face of each.</param>
    /// <param name="galleryView">How enrolled faces are seen.</param>
    /// <param name="probeView">How the others are.</param>
    internal static EveryGallery Of(FaceEmbeddings embeddings, OpenSetRoles roles, FaceView galleryView, FaceView probeView)
    {
        int[] faces = [.. roles.Gallery.Concat(roles.Unmated).DistinctBy(face => face.Person).Select(face => face.Image)];
        return new EveryGallery(Units(galleryView), Units(probeView));

        float[][] Units(FaceView view) => [.. faces.Select(face => Array.ConvertAll(UnitVectors.Of(embeddings.Of(view, face)), value => (float)value))];
    }

    /// <summary>
    /// The share of searches with strangers that return anybody, exactly: with k of a probe's M others at or above the threshold, a gallery of N of them holds one with probability 1 - C(M - k, N) / C(M, N). Its interval is
    /// over people: each is left out in turn, as probe and as enrolled (the jackknife of U-statistics, Arvesen 1969).
    /// </summary>
    /// <param name="thresholds">Cosines.</param>
    /// <param name="size">People in a gallery, at least 1 and fewer than <see cref="People"/> - 1.</param>
    /// <param name="cancellation">Ends the work between two probes.</param>
    /// <returns>One for each threshold.</returns>
    public IReadOnlyList<RateOverGalleries> At(IReadOnlyList<double> thresholds, int size, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(size, People - 1);
        var least = thresholds.DefaultIfEmpty(0).Min();
        var above = new List<(int Person, double Score)>[People];
        Parallel.For(0, People, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, probe =>
        {
            above[probe] = [];
            for (var person = 0; person < People; person++)
                if (person != probe && TensorPrimitives.Dot<float>(_probes[probe], _gallery[person]) is var score && score >= least) above[probe].Add((person, score));
        });
        return [.. thresholds.Select(threshold => Rate(threshold, Array.ConvertAll(above, others => others.Where(other => other.Score >= threshold).Select(other => other.Person).ToArray()), size))];
    }

    private static RateOverGalleries Rate(double threshold, int[][] above, int size)
    {
        int people = above.Length, others = people - 1;
        var share = above.Average(found => CalibrationCheck.Hit(found.Length, others, size));
        // Without one person: that probe is gone, and from those that were like it one of their k.
        var fewer = above.Sum(found => CalibrationCheck.Hit(found.Length, others - 1, size));
        double[] without = [.. above.Select(found => fewer - CalibrationCheck.Hit(found.Length, others - 1, size))];
        foreach (var found in above)
        foreach (var person in found)
            without[person] += CalibrationCheck.Hit(found.Length - 1, others - 1, size) - CalibrationCheck.Hit(found.Length, others - 1, size);
        var mean = without.Average();
        var variance = without.Sum(one => (one - mean) * (one - mean)) / ((double)others * others) * others / people;
        return new RateOverGalleries(threshold, share, ConfidenceInterval.Wilson(share, variance > 0 ? Math.Clamp(share * (1 - share) / variance, 1, people) : people));
    }
}

/// <summary>What a threshold comes to over all galleries.</summary>
/// <param name="Threshold">Scores at or above it are returned.</param>
/// <param name="Fpir">Of searches with strangers, the share that returns anybody.</param>
/// <param name="Interval">Its 95 % interval over people.</param>
public sealed record RateOverGalleries(double Threshold, double Fpir, ConfidenceInterval Interval);
