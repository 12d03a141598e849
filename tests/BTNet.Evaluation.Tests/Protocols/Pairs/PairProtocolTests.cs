using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

public sealed class PairProtocolTests
{
    private static readonly PairOptions Few = new() { Resolutions = ResolutionPair.ParseList("112x112,112x14,14x112,14x14") };

    [Fact]
    public void The_first_image_is_seen_at_the_first_resolution_and_the_second_at_the_second()
    {
        var set = RenderedPairs.Set(people: 6);
        var result = PairProtocol.Run(new PixelEmbedder(), set, Few)[ResolutionPair.Parse("112x14")];
        for (var i = 0; i < set.Pairs.Count; i++)
        {
            var first = PixelEmbedder.Embed(set.Images[set.Pairs[i].First].Decode(), Resolution.Full);
            var second = PixelEmbedder.Embed(FaceResizer.Resize(set.Images[set.Pairs[i].Second].Decode(), 14, 14), Resolution.Of(14));
            Assert.Equal(Cosine(first, second), result.Scores[i], 1e-12);
        }
    }

    [Fact]
    public void Up_sampling_reduces_enlarges_and_goes_to_the_trunk()
    {
        var set = RenderedPairs.Set(people: 6);
        var embedder = new PixelEmbedder([Resolution.Full]);
        var options = Few with { Way = SmallFaceWay.UpSample, Reduction = ResampleKernel.Area, Enlarging = ResampleKernel.Bicubic };
        var result = PairProtocol.Run(embedder, set, options)[ResolutionPair.Parse("14x14")];
        for (var i = 0; i < set.Pairs.Count; i++)
            Assert.Equal(Cosine(See(set.Pairs[i].First), See(set.Pairs[i].Second)), result.Scores[i], 1e-12);
        Assert.Equal([112], embedder.Seen.Keys);

        float[] See(int image) => PixelEmbedder.Embed(
            FaceResizer.Resize(FaceResizer.Resize(set.Images[image].Decode(), 14, 14, ResampleKernel.Area), 112, 112, ResampleKernel.Bicubic), Resolution.Full);
    }

    [Fact]
    public void Each_image_is_decoded_once_and_embedded_once_in_each_view()
    {
        var decoded = 0;
        var set = RenderedPairs.Set(people: 10, image: i => new ListedImage($"{i}", () =>
        {
            Interlocked.Increment(ref decoded);
            return RenderedPairs.Render(i / 2, i % 2);
        }));
        var embedder = new PixelEmbedder();
        PairProtocol.RunBothWays(embedder, set, Few with { ImagesAtATime = 7 });
        Assert.Equal(20, decoded);
        Assert.Equal(new Dictionary<int, int> { [112] = 40, [14] = 20 }, embedder.Seen);
    }

    [Fact]
    public void Both_ways_at_once_equal_each_way_by_itself()
    {
        var set = RenderedPairs.Set(people: 10);
        var (upSampled, branches) = PairProtocol.RunBothWays(new PixelEmbedder(), set, Few);
        var alone = PairProtocol.Run(new PixelEmbedder(), set, Few with { Way = SmallFaceWay.UpSample, ImagesAtATime = 3 });
        for (var i = 0; i < 4; i++) Assert.Equal(alone.Results[i].Scores, upSampled.Results[i].Scores);
        Assert.Equal(upSampled.Results[0].Scores, branches.Results[0].Scores);
        Assert.NotEqual(upSampled.Results[3].Scores, branches.Results[3].Scores);
    }

    [Fact]
    public void Flip_averaging_makes_mirror_images_alike()
    {
        var set = RenderedPairs.Set(people: 10, image: i => new ListedImage($"{i}", () => i % 2 == 0 ? RenderedPairs.Render(i / 2, 0) : RenderedPairs.Render(i / 2, 0).Flipped()));
        var options = new PairOptions { Resolutions = [ResolutionPair.Parse("112x112")] };
        var (plain, averaged) = (PairProtocol.Run(new PixelEmbedder(), set, options), PairProtocol.Run(new PixelEmbedder(), set, options with { FlipAveraging = true }));
        Assert.All(Enumerable.Range(0, 20).Where(pair => pair % 2 == 0), pair => Assert.Equal(1, averaged.Results[0].Scores[pair], 1e-6));
        Assert.Contains(Enumerable.Range(0, 20).Where(pair => pair % 2 == 0), pair => plain.Results[0].Scores[pair] < .9);
    }

    [Fact]
    public void The_reference_compatible_mode_equals_a_plain_reading_of_the_script()
    {
        var set = RenderedPairs.Set(people: 15, folds: 5, noise: 250);
        var report = PairProtocol.Run(new PixelEmbedder(), set, new PairOptions { Resolutions = [ResolutionPair.Parse("112x14")], ReferenceCompatible = true });
        var distances = set.Pairs.Select(pair =>
        {
            var (first, second) = (Unit(See(pair.First, 112)), Unit(See(pair.Second, 14)));
            return first.Zip(second, (a, b) => (a - b) * (a - b)).Sum();
        }).ToArray();
        var accuracies = new List<double>();
        for (var fold = 0; fold < 5; fold++)
        {
            var (best, bestShare) = (0.0, -1.0);
            for (var step = 0; step < 400; step++)
            {
                var share = Share(pair => pair.Fold != fold, step * .01);
                if (share > bestShare) (best, bestShare) = (step * .01, share);
            }

            Assert.Equal(best, report.Results[0].Accuracy.Thresholds[fold]);
            accuracies.Add(Share(pair => pair.Fold == fold, best));
        }

        Assert.Equal(accuracies, report.Results[0].Accuracy.Folds);
        Assert.InRange(accuracies.Average(), .5, .99);
        Assert.All(distances.Zip(report.Results[0].Scores), pair => Assert.Equal(-pair.First, pair.Second, 1e-9));
        Assert.Equal((true, ResampleKernel.BilinearUnfiltered, PairMeasure.SquaredDistance), (report.Options.FlipAveraging, report.Options.Reduction, report.Options.Measure));

        float[] See(int image, int side)
        {
            var seen = FaceResizer.Resize(set.Images[image].Decode(), side, side, ResampleKernel.BilinearUnfiltered);
            return [.. PixelEmbedder.Embed(seen, Resolution.Of(side)).Zip(PixelEmbedder.Embed(seen.Flipped(), Resolution.Of(side)), (a, b) => a + b)];
        }

        double Share(Func<FacePair, bool> chosen, double threshold) =>
            set.Pairs.Select((pair, i) => (pair, i)).Where(entry => chosen(entry.pair)).Average(entry => distances[entry.i] < threshold == entry.pair.Same ? 1.0 : 0);
    }

    [Fact]
    public void The_reference_compatible_mode_reduces_and_enlarges_unfiltered_whatever_else_is_said()
    {
        var set = RenderedPairs.Set(people: 6);
        var reference = new PairOptions { Resolutions = [ResolutionPair.Parse("14x14")], Way = SmallFaceWay.UpSample, ReferenceCompatible = true };
        var plain = PairProtocol.Run(new PixelEmbedder(), set, reference);
        var other = PairProtocol.Run(new PixelEmbedder(), set, reference with { Reduction = ResampleKernel.Area, Enlarging = ResampleKernel.Nearest });
        Assert.Equal(plain.Results[0].Scores, other.Results[0].Scores);
        Assert.Equal((ResampleKernel.BilinearUnfiltered, ResampleKernel.BilinearUnfiltered), (other.Options.Reduction, other.Options.Enlarging));
    }

    [Fact]
    public void Pairs_of_a_broken_image_are_left_out_and_counted()
    {
        var set = RenderedPairs.Set(people: 10, image: i => new ListedImage($"face {i}", () => i == 4 ? throw new InputException("face 4: cut off") : RenderedPairs.Render(i / 2, i % 2)));
        var skipped = new SkippedItems();
        var report = PairProtocol.Run(new PixelEmbedder(), set, Few with { GreatestBrokenShare = .1 }, skipped: skipped);
        Assert.Equal((18, 2, 1), (report.Evaluated.Count, report.SkippedPairs, report.SkippedImages));
        Assert.DoesNotContain(report.Evaluated, pair => set.Pairs[pair].First == 4 || set.Pairs[pair].Second == 4);
        Assert.Contains("face 4: cut off", Assert.Single(skipped.First));
        Assert.All(report.Results, result => Assert.Equal(18, result.Scores.Count));

        var fault = Assert.Throws<InputException>(() => PairProtocol.Run(new PixelEmbedder(), set, Few));
        Assert.Contains("images of pairs: 1 of 20 images are missing (0) or broken (1)", fault.Message);
    }

    [Fact]
    public void What_the_network_lacks_is_refused_with_every_other_fault()
    {
        var fault = Assert.Throws<InputException>(() => PairProtocol.Run(
            new PixelEmbedder([Resolution.Full, Resolution.Of(14)]), RenderedPairs.Set(),
            new PairOptions { Resolutions = ResolutionPair.ParseList("112x7,28x14"), GreatestBrokenShare = double.NaN, ImagesAtATime = 0 }));
        Assert.Equal(3, fault.Faults.Count);
        Assert.Contains("there is no branch for 7, 28; the network has 112, 14", fault.Message);
    }

    [Fact]
    public void A_network_that_gives_no_finite_numbers_is_named()
    {
        var fault = Assert.Throws<InputException>(() => PairProtocol.Run(new DivergedEmbedder(), RenderedPairs.Set(people: 6), Few));
        Assert.Contains("diverged: gives no finite embedding for face 0 at 112", fault.Message);
    }

    [Fact]
    public void Progress_ends_at_its_total_and_cancelling_stops()
    {
        var (reports, set) = (new List<WorkProgress>(), RenderedPairs.Set(people: 10));
        PairProtocol.Run(new PixelEmbedder(), set, Few with { ImagesAtATime = 6 }, new Recorder(reports));
        Assert.Equal((20, 20), (reports[^1].Done, reports[^1].Total)); // images, in however many views
        Assert.Equal(reports.Select(report => report.Done).Order(), reports.Select(report => report.Done));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => PairProtocol.Run(new PixelEmbedder(), set, Few, cancellation: source.Token));
    }

    [Fact]
    public void Reports_on_other_pairs_are_not_compared()
    {
        var (ours, theirs) = (PairProtocol.Run(new PixelEmbedder(), RenderedPairs.Set(people: 10), Few), PairProtocol.Run(new PixelEmbedder(), RenderedPairs.Set(people: 12), Few));
        Assert.Throws<ArgumentException>(() => ours.Against(theirs));
        Assert.Equal(["112x112", "112x14", "14x112", "14x14"], ours.Against(ours).Select(compared => compared.Resolutions.ToString()));
    }

    private static double[] Unit(float[] vector)
    {
        var norm = Math.Sqrt(vector.Sum(value => (double)value * value));
        return [.. vector.Select(value => value / norm)];
    }

    private static double Cosine(float[] left, float[] right) => Unit(left).Zip(Unit(right), (a, b) => a * b).Sum();

    private sealed class Recorder(List<WorkProgress> reports) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => reports.Add(value);
    }

    /// <summary>What a network whose training diverged gives.</summary>
    private sealed class DivergedEmbedder : IEmbedder
    {
        public string Description => "diverged";

        public int EmbeddingSize => 4;

        public IReadOnlyList<Resolution> Resolutions => Resolution.All;

        public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default) =>
            new(faces.Count, 4, [.. Enumerable.Repeat(float.NaN, 4 * faces.Count)]);
    }
}
