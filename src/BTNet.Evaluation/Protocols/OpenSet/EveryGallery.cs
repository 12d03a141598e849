using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;
using BTNet.Matching;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Everybody of the lists with a face each, enrolled people and strangers alike: what a threshold comes to in the mean over all galleries of a size that could be drawn of them. It is another question than that of the one
/// gallery of the lists, in which one who is like many raises several alarms, and for which people may have been chosen, such as those of whom there are several pictures.
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

    /// <summary>Whose faces are looked at: the first of everybody enrolled, and of every stranger.</summary>
    internal static int[] Faces(OpenSetRoles roles) => [.. roles.Gallery.Concat(roles.Unmated).DistinctBy(face => face.Person).Select(face => face.Image)];

    /// <summary>Some faces in a view, at length 1.</summary>
    internal static float[][] Units(FaceEmbeddings embeddings, int[] faces, FaceView view) => [.. faces.Select(face => Array.ConvertAll(UnitVectors.Of(embeddings.Of(view, face)), value => (float)value))];

    /// <summary>
    /// The share of searches with strangers that return anybody, exactly: with k of a probe's M others at or above the threshold, a gallery of N of them holds one with probability 1 - C(M - k, N) / C(M, N). Everybody is
    /// compared with everybody. The interval is over people: each is left out in turn, as probe and as enrolled. That jackknife counts twice what lies in pairs of people rather than in either (Efron and Stein 1981), which
    /// is most of it where few are alike; so what each pair adds is taken off once. Where a few people raise most of the alarms, of some hundred people in all, such intervals are a little narrow.
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
        return [.. thresholds.Select(threshold =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Rate(threshold, Array.ConvertAll(above, others => others.Where(other => other.Score >= threshold).Select(other => other.Person).ToArray()), size);
        })];
    }

    private static RateOverGalleries Rate(double threshold, int[][] above, int size)
    {
        int people = above.Length, others = people - 1;
        var share = above.Average(found => CalibrationCheck.Hit(found.Length, others, size));
        // Without one person: that probe is gone, and from those that were like it one of their k.
        var fewer = above.Sum(found => CalibrationCheck.Hit(found.Length, others - 1, size));
        double[] without = [.. above.Select(found => fewer - CalibrationCheck.Hit(found.Length, others - 1, size))];
        Dictionary<(int, int), double> pairs = [];
        foreach (var (probe, found) in above.Index())
        {
            if (found.Length == 0) continue;
            var less = CalibrationCheck.Hit(found.Length - 1, others - 1, size) - CalibrationCheck.Hit(found.Length, others - 1, size);
            var adds = (CalibrationCheck.Hit(found.Length, others, size) - CalibrationCheck.Hit(found.Length - 1, others, size)) / people;
            foreach (var person in found)
            {
                without[person] += less;
                var pair = (Math.Min(probe, person), Math.Max(probe, person));
                pairs[pair] = pairs.GetValueOrDefault(pair) + adds;
            }
        }

        var mean = without.Average();
        var jackknife = without.Sum(one => (one - mean) * (one - mean)) / ((double)others * people);
        var variance = Math.Max(jackknife - pairs.Values.Sum(one => one * one), jackknife / 2);
        // Searches of all galleries may be worth more than as many trials as there are people; never or always is told by people as if they were trials.
        return new RateOverGalleries(threshold, new ObtainedRate(share, variance > 0 && share is > 0 and < 1 ? Math.Max(share * (1 - share) / variance, 1) : people));
    }
}

/// <summary>What a threshold comes to over all galleries.</summary>
/// <param name="Threshold">Scores at or above it are returned.</param>
/// <param name="Strangers">Of searches with strangers, the share that returns anybody.</param>
public sealed record RateOverGalleries(double Threshold, ObtainedRate Strangers)
{
    /// <summary>The share of <see cref="Strangers"/>.</summary>
    public double Fpir => Strangers.Share;

    /// <summary>Its 95 % interval over people.</summary>
    public ConfidenceInterval Interval => Strangers.Interval();
}
