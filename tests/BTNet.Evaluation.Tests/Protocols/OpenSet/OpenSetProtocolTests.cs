using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

public sealed class OpenSetProtocolTests
{
    private static readonly OpenSetOptions Few = new() { Probes = [Resolution.Full, Resolution.Of(14)] };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_found_is_what_a_search_by_hand_finds(bool twoEnrolled)
    {
        var lists = RenderedPeople.Lists(probes: twoEnrolled ? 3 : 2);
        // The third picture of each person is enrolled as well.
        if (twoEnrolled) lists = new OpenSetLists(lists.Name, lists.Images, lists.People, [.. lists.Gallery, .. lists.Mated.Where((_, i) => i % 3 == 2)], [.. lists.Mated.Where((_, i) => i % 3 < 2)], lists.Unmated);
        var report = OpenSetProtocol.Run(new PixelEmbedder(), lists, Few, [SmallFaceWay.Branch])[0];

        var seen = new Dictionary<(int, Resolution), float[]>();
        float[] Of(OpenSetFace face, Resolution side) => seen.TryGetValue((face.Image, side), out var known) ? known
            : seen[(face.Image, side)] = PixelEmbedder.Embed(FaceResizer.Resize(lists.Images[face.Image].Decode(), side.Side, side.Side), side);
        foreach (var side in Few.Probes)
        {
            double Best(OpenSetFace probe, Func<OpenSetFace, bool> among) =>
                lists.Gallery.Where(among).Max(face => (double)TensorPrimitives.CosineSimilarity(Of(face, Resolution.Full), Of(probe, side)));
            var expected = OpenSetIdentification.Of(
                [.. lists.Mated.Select(probe => new MatedProbe(Best(probe, face => face.Person == probe.Person), Best(probe, face => face.Person != probe.Person), probe.Person))],
                [.. lists.Unmated.Select(probe => new UnmatedProbe(Best(probe, _ => true), probe.Person))]);
            Assert.Equal(expected.RankOne, report[side].Identification.RankOne);
            // Whom each search came nearest to, beside the person searched for.
            foreach (var (probe, nearest) in lists.Mated.Concat(lists.Unmated).Zip(report[side].Nearest))
            {
                Assert.Equal(probe.Image, nearest.Probe);
                Assert.Equal(Best(probe, face => face.Person != probe.Person), nearest.Score, 1e-6);
                Assert.Equal(nearest.Score, TensorPrimitives.CosineSimilarity(Of(lists.Gallery.Single(face => face.Image == nearest.Found), Resolution.Full), Of(probe, side)), 1e-6);
            }

            Assert.Equal(report[side].Nearest.Select(nearest => nearest.Score), report[side].Identification.MatedProbes.Select(probe => probe.OtherScore).Concat(report[side].Identification.UnmatedProbes.Select(probe => probe.BestScore)));
            Assert.Equal(expected.At(0.1).Value, report[side].Tpirs[0].Value);
            Assert.Equal(expected.At(0.1).Threshold!.Value, report[side].Tpirs[0].Threshold!.Value, 1e-6);
        }

        Assert.Equal((12, twoEnrolled ? 24 : 12, 24, 20), (report.Enrolled, report.GalleryFaces, report.Results[0].Identification.Mated, report.Results[0].Identification.Unmated));
        if (!twoEnrolled) Assert.InRange(report[Resolution.Of(14)].Identification.RankOne, 0.1, 0.999);
    }

    [Fact]
    public void A_search_with_an_enrolled_face_finds_it()
    {
        var lists = RenderedPeople.Lists(enrolled: 6);
        var enrolled = new OpenSetLists(lists.Name, lists.Images, lists.People, [.. lists.Gallery, .. lists.Mated], lists.Mated, lists.Unmated);

        var result = OpenSetProtocol.Run(new PixelEmbedder(), enrolled, Few, [SmallFaceWay.Branch])[0][Resolution.Full];

        Assert.Equal((1.0, 1.0), (result.Identification.RankOne, result.Tpirs[0].Value));
    }

    [Fact]
    public void Both_ways_at_once_equal_each_by_itself_and_112_is_one_way()
    {
        var lists = RenderedPeople.Lists(enrolled: 6);
        var both = OpenSetProtocol.Run(new PixelEmbedder(), lists, Few, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);
        var alone = OpenSetProtocol.Run(new PixelEmbedder([Resolution.Full]), lists, Few with { ImagesAtATime = 3 }, [SmallFaceWay.UpSample])[0];

        Assert.Equal(alone.Results.Select(result => (result.Probes, result.Identification.RankOne, result.Tpirs[0])), both[0].Results.Select(result => (result.Probes, result.Identification.RankOne, result.Tpirs[0])));
        Assert.Equal(both[0][Resolution.Full].Tpirs, both[1][Resolution.Full].Tpirs);
        Assert.Equal([SmallFaceWay.UpSample, SmallFaceWay.Branch], both.Select(report => report.Options.Way));
    }

    [Fact]
    public void A_broken_face_is_left_out_with_the_searches_for_whom_it_alone_enrolled()
    {
        // The first person's enrolled face, and the second's first probe.
        var lists = RenderedPeople.Lists(enrolled: 6, load: item => item is 0 or 8 ? throw new InputException($"face {item} is broken") : RenderedPairs.Render(item, 0));
        var skipped = new SkippedItems();

        var report = OpenSetProtocol.Run(new PixelEmbedder(), lists, Few with { GreatestBrokenShare = 0.2 }, [SmallFaceWay.Branch], skipped: skipped)[0];

        Assert.Equal((2, 2, 5, 4), (skipped.Count, report.SkippedImages, report.Enrolled, report.SkippedFaces));
        Assert.Equal(9, report.Results[0].Identification.Mated);
        Assert.Contains("is broken", Assert.Throws<InputException>(() => OpenSetProtocol.Run(new PixelEmbedder(), lists, Few, [SmallFaceWay.Branch])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_way_of_treating_small_faces_nothing_is_embedded()
    {
        var embedder = new PixelEmbedder();
        Assert.Throws<ArgumentException>(() => OpenSetProtocol.Run(embedder, RenderedPeople.Lists(), Few, []));
        Assert.Empty(embedder.Seen);
    }

    [Fact]
    public void All_faults_of_the_options_are_told_at_once()
    {
        var fault = Assert.Throws<InputException>(() => OpenSetProtocol.Run(
            new PixelEmbedder([Resolution.Full]), RenderedPeople.Lists(), Few with { GreatestBrokenShare = 2, ImagesAtATime = 0 }, [SmallFaceWay.Branch]));

        foreach (var said in (string[])["there is no branch for 14", "the share of broken images that is borne is 2", "0 images at a time"]) Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_contradict_themselves_are_refused()
    {
        var lists = RenderedPeople.Lists(enrolled: 3);
        OpenSetLists With(IReadOnlyList<OpenSetFace>? gallery = null, IReadOnlyList<OpenSetFace>? mated = null, IReadOnlyList<OpenSetFace>? unmated = null) =>
            new(lists.Name, lists.Images, lists.People, gallery ?? lists.Gallery, mated ?? lists.Mated, unmated ?? lists.Unmated);

        Assert.Throws<ArgumentException>(() => With(gallery: []));
        Assert.Throws<ArgumentException>(() => With(mated: lists.Unmated));
        Assert.Throws<ArgumentException>(() => With(unmated: lists.Mated));
        Assert.Throws<ArgumentException>(() => With(gallery: [new OpenSetFace(999, 0)]));
    }
}
