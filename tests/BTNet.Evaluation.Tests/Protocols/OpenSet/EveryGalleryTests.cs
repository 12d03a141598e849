using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

public sealed class EveryGalleryTests
{
    private const int People = 7;

    [Property(MaxTest = 40)]
    public void The_rate_is_the_mean_over_all_galleries_that_there_are(int seed, byte picked)
    {
        var (gallery, probes) = Faces(seed);
        var (size, threshold) = (1 + (picked % (People - 2)), (picked % 5 * 0.15) - 0.1);

        var found = new EveryGallery(gallery, probes).At([threshold], size)[0];

        Assert.Equal(Mean(gallery, probes, threshold, size), found.Fpir, 1e-9);
        Assert.InRange(found.Fpir, found.Interval.Low, found.Interval.High);
    }

    [Property(MaxTest = 30)]
    public void Its_interval_is_that_of_leaving_out_each_person_in_turn_less_what_pairs_add(int seed)
    {
        var (gallery, probes) = Faces(seed);
        const int Size = 3;
        const double Threshold = 0.3;

        var found = new EveryGallery(gallery, probes).At([Threshold], Size)[0];

        double[] without = [.. Enumerable.Range(0, People).Select(left => Mean(Without(gallery, left), Without(probes, left), Threshold, Size))];
        var mean = without.Average();
        var jackknife = without.Sum(one => (one - mean) * (one - mean)) * (People - 1) / People;
        // What two people add is what is lost where they are not alike, the one to the other and back.
        var pairs = 0.0;
        for (var one = 0; one < People; one++)
            for (var other = 0; other < one; other++) pairs += Math.Pow(Added(one, other) + Added(other, one), 2);
        var variance = Math.Max(jackknife - pairs, jackknife / 2);
        var expected = ConfidenceInterval.Wilson(found.Fpir, variance > 0 && found.Fpir is > 0 and < 1 ? Math.Max(found.Fpir * (1 - found.Fpir) / variance, 1) : People);
        Assert.Equal(expected.Low, found.Interval.Low, 1e-6);
        Assert.Equal(expected.High, found.Interval.High, 1e-6);

        double Added(int probe, int person)
        {
            if (TensorPrimitives.Dot<float>(probes[probe], gallery[person]) < Threshold) return 0;
            var alike = Enumerable.Range(0, People).Count(other => other != probe && TensorPrimitives.Dot<float>(probes[probe], gallery[other]) >= Threshold);
            return (Share(alike) - Share(alike - 1)) / People;
        }

        // Of the 20 galleries of 3 of 6 others those that hold one of so many.
        static double Share(int alike) => Enumerable.Range(0, 1 << (People - 1)).Where(set => int.PopCount(set) == Size).Average(set => (set & ((1 << alike) - 1)) != 0 ? 1.0 : 0);

        static float[][] Without(float[][] faces, int left) => [.. faces.Where((_, i) => i != left)];
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(1.2, true)]
    [InlineData(1.2, false)]
    public void Its_interval_has_the_true_rate_in_95_of_100(double peopleDiffer, bool bothWays)
    {
        const int Everybody = 150, Size = 40, Worlds = 200;
        var found = Enumerable.Range(0, Worlds).Select(world => World(Everybody, world, peopleDiffer, bothWays).At([0.5], Size)[0]).ToList();
        var truth = found.Average(rate => rate.Fpir);

        Assert.InRange(truth, 0.03, 0.2);
        Assert.InRange(found.Count(rate => rate.Interval.Contains(truth)), 0.91 * Worlds, 0.99 * Worlds);
    }

    [Fact]
    public void Several_thresholds_are_told_in_their_order_and_a_face_is_no_stranger_to_itself()
    {
        // Everybody's probe is the enrolled face itself, and like nobody else's.
        float[][] faces = [.. Enumerable.Range(0, People).Select(person => Enumerable.Range(0, People).Select(i => i == person ? 1f : 0f).ToArray())];

        var found = new EveryGallery(faces, faces).At([0.5, -0.5, 0], 2);

        Assert.Equal([0.5, -0.5, 0], found.Select(rate => rate.Threshold));
        Assert.Equal([0, 1, 1], found.Select(rate => rate.Fpir));
        Assert.Equal(0, found[0].Interval.Low);
        Assert.True(found[0].Interval.High > 0.1); // seven people do not make never
    }

    [Fact]
    public void A_gallery_must_leave_two_strangers()
    {
        var (gallery, probes) = Faces(1);
        var everybody = new EveryGallery(gallery, probes);

        Assert.Throws<ArgumentOutOfRangeException>(() => everybody.At([0], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => everybody.At([0], People - 1));
        Assert.Single(everybody.At([0], People - 2));
    }

    /// <summary>By trying all of them: everybody who is not enrolled is searched for, and each search counts alike.</summary>
    private static double Mean(float[][] gallery, float[][] probes, double threshold, int size)
    {
        var (sum, searches) = (0, 0);
        for (var set = 0; set < 1 << gallery.Length; set++)
        {
            if (int.PopCount(set) != size) continue;
            for (var probe = 0; probe < probes.Length; probe++)
            {
                if ((set & (1 << probe)) != 0) continue;
                searches++;
                if (Enumerable.Range(0, gallery.Length).Any(person => (set & (1 << person)) != 0 && TensorPrimitives.Dot<float>(probes[probe], gallery[person]) >= threshold)) sum++;
            }
        }

        return (double)sum / searches;
    }

    /// <summary>People of whom some pairs are alike, one in a direction that only these two have; where people differ, of some more than of others.</summary>
    private static EveryGallery World(int people, int seed, double peopleDiffer, bool bothWays)
    {
        var random = new Random(seed);
        double[] likeliness = [.. Enumerable.Range(0, people).Select(_ => Math.Exp(peopleDiffer * (random.NextDouble() + random.NextDouble() - 1)))];
        // Enrolled faces are the axes, so that scores are what is drawn here.
        float[][] gallery = [.. Enumerable.Range(0, people).Select(person => Enumerable.Range(0, people).Select(i => i == person ? 1f : 0f).ToArray())];
        var probes = Enumerable.Range(0, people).Select(_ => new float[people]).ToArray();
        for (var one = 0; one < people; one++)
        {
            for (var other = 0; other < one; other++)
            {
                if (random.NextDouble() < 0.0015 * likeliness[one] * likeliness[other]) (probes[one][other], probes[other][one]) = (1, bothWays ? 1 : probes[other][one]);
                if (!bothWays && random.NextDouble() < 0.0015 * likeliness[one] * likeliness[other]) probes[other][one] = 1;
            }
        }

        return new EveryGallery(gallery, probes);
    }

    private static (float[][] Gallery, float[][] Probes) Faces(int seed)
    {
        var random = new Random(seed);
        return (Draw(), Draw());

        float[][] Draw() => [.. Enumerable.Range(0, People).Select(_ =>
        {
            float[] face = [.. Enumerable.Range(0, 4).Select(_ => (float)(random.NextDouble() - 0.4))];
            var length = TensorPrimitives.Norm<float>(face);
            return Array.ConvertAll(face, value => value / length);
        })];
    }
}
