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

    [Property(MaxTest = 20)]
    public void Its_interval_is_that_of_leaving_out_each_person_in_turn(int seed)
    {
        var (gallery, probes) = Faces(seed);
        const int Size = 3;
        const double Threshold = 0.3;

        var found = new EveryGallery(gallery, probes).At([Threshold], Size)[0];

        double[] without = [.. Enumerable.Range(0, People).Select(left => Mean(Without(gallery, left), Without(probes, left), Threshold, Size))];
        var mean = without.Average();
        var variance = without.Sum(one => (one - mean) * (one - mean)) * (People - 1) / People;
        var worth = variance > 0 ? Math.Clamp(found.Fpir * (1 - found.Fpir) / variance, 1, People) : People;
        var expected = ConfidenceInterval.Wilson(found.Fpir, worth);
        Assert.Equal(expected.Low, found.Interval.Low, 1e-6);
        Assert.Equal(expected.High, found.Interval.High, 1e-6);

        static float[][] Without(float[][] faces, int left) => [.. faces.Where((_, i) => i != left)];
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
