using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.ClosedSet;

public sealed class ClosedSetProtocolTests
{
    [Theory]
    [InlineData(SizeIndicator.Max, LadderRule.Ceil)]
    [InlineData(SizeIndicator.Average, LadderRule.Near)]
    public void What_is_found_is_what_a_sort_by_hand_finds(SizeIndicator indicator, LadderRule rule)
    {
        using var folder = new TinyFaceFolder();
        var lists = TinyFaceReader.Read(folder.Fill(people: 25, enrolled: 3, probes: 2, distractors: 60, noise: 250, spread: .055).Root);
        var result = ClosedSetProtocol.Run(new PixelEmbedder(), lists, new NativeSizeOptions { Rules = [new BranchRule(indicator, rule)], ImagesAtATime = 50 }, [SmallFaceWay.Branch]).Single().Results.Single();
        var found = result.Figures.Single();

        var ladder = new ResolutionLadder(Resolution.All);
        double[] Unit(ClosedSetFace at)
        {
            var face = lists.Images[at.Image].Decode();
            var side = ladder.Choose(face.Width, face.Height, indicator, rule);
            var vector = PixelEmbedder.Embed(FaceResizer.Resize(face, side.Side, side.Side), side);
            var length = Math.Sqrt(vector.Sum(value => (double)value * value));
            return [.. vector.Select(value => value / length)];
        }

        var gallery = lists.Gallery.Select(face => (Vector: Unit(face), face.Person)).ToList();
        List<int> ranks = [];
        List<AveragePrecision> precisions = [];
        List<(int Probe, int Found, double Lead)> mistakes = [];
        List<(double Own, double Other)> best = [];
        foreach (var probe in lists.Probes.Single().Faces)
        {
            var vector = Unit(probe);
            var sorted = gallery.OrderByDescending(face => face.Vector.Zip(vector).Sum(pair => pair.First * pair.Second)).Select(face => face.Person == probe.Person).ToList();
            int[] places = [.. sorted.Index().Where(entry => entry.Item).Select(entry => entry.Index + 1)];
            Assert.Equal(3, places.Length);
            ranks.Add(places[0]);
            var scores = lists.Gallery.Zip(gallery, (face, seen) => (face.Image, face.Person, Score: seen.Vector.Zip(vector).Sum(pair => pair.First * pair.Second))).OrderByDescending(face => face.Score).ToList();
            best.Add((scores.First(face => face.Person == probe.Person).Score, scores.First(face => face.Person != probe.Person).Score));
            if (places[0] > 1) mistakes.Add((probe.Image, scores[0].Image, scores[0].Score - scores.First(face => face.Person == probe.Person).Score));
            precisions.Add(AveragePrecision.Of(places));
        }

        Assert.Equal(50, found.Ranks.Searches);
        foreach (var rank in lists.Ranks) Assert.Equal(ranks.Count(place => place <= rank) / 50.0, found.Ranks.At(rank));
        Assert.Equal(precisions.Average(one => one.AtMatches), found.Precision.AtMatches, 1e-12);
        Assert.Equal(precisions.Average(one => one.Trapezoid), found.Precision.Trapezoid, 1e-12);
        Assert.Equal(mistakes.OrderByDescending(mistake => mistake.Lead).Take(4).Select(mistake => (mistake.Probe, mistake.Found)), result.Hardest.Select(mistake => (mistake.Probe, mistake.Found)));
        Assert.Equal(best.Count, result.Scores.Count);
        Assert.All(best.Zip(result.Scores), pair => Assert.InRange(Math.Max(Math.Abs(pair.First.Own - pair.Second.Own), Math.Abs(pair.First.Other - pair.Second.Other)), 0, 1e-6));
        Assert.InRange(found.Ranks.At(1), 0.05, 0.99);
        Assert.True(found.Ranks.At(20) > found.Ranks.At(1));
    }

    [Fact]
    public void Distances_are_counted_by_themselves_and_together()
    {
        using var data = new ScFaceData();
        var lists = ScFaceReader.Read(data.Fill(people: 12, noise: 250, spread: .055).Root);
        var report = ClosedSetProtocol.Run(new PixelEmbedder(), lists, null, [SmallFaceWay.Branch]).Single();
        var figures = report.Results.Single().Figures;

        Assert.Equal(["distance 1, 4.2 m", "distance 2, 2.6 m", "distance 3, 1.0 m", "all"], figures.Select(set => set.Probes));
        Assert.Equal([60, 60, 60, 180], figures.Select(set => set.Ranks.Searches));
        Assert.Equal(figures.Take(3).Average(set => set.Ranks.At(1)), figures[3].Ranks.At(1), 1e-12);
        Assert.InRange(figures[3].Ranks.At(1), 0.1, 0.99);
        Assert.Equal((12, 12, 0, false), (report.People, report.GalleryFaces, report.Distractors, report.HasSeveralFaces));
    }

    [Fact]
    public void Pictures_that_are_one_and_the_same_are_a_tie_that_helps_nobody()
    {
        var face = RenderedPairs.Render(1, 0, side: 20);
        ListedImage Image(int i) => new($"{i}", () => i == 3 ? RenderedPairs.Render(9, 0, side: 20) : face);
        // Two of others and one of the person all look like the probe.
        var lists = new ClosedSetLists("ties", [.. Enumerable.Range(0, 5).Select(Image)], ["she"], [new(0, -1), new(1, 0), new(2, -1), new(3, -1)], [new ClosedSetProbes("probe", [new ClosedSetFace(4, 0)])], [1, 2, 3]);

        var found = ClosedSetProtocol.Run(new PixelEmbedder(), lists, null, [SmallFaceWay.Branch]).Single().Results.Single().Figures.Single();

        Assert.Equal((0, 0, 1), (found.Ranks.At(1), found.Ranks.At(2), found.Ranks.At(3)));
        Assert.Equal(1 / 3.0, found.Precision.AtMatches, 1e-12);
    }

    [Fact]
    public void Where_the_faces_went_is_counted_and_each_is_embedded_once_a_view()
    {
        using var folder = new TinyFaceFolder();
        var lists = TinyFaceReader.Read(folder.Fill().Root);
        var embedder = new PixelEmbedder([Resolution.Full, Resolution.Of(14)]);
        var reports = ClosedSetProtocol.Run(embedder, lists, new NativeSizeOptions { Rules = BranchRule.All }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);

        var trunk = Assert.Single(reports[0].Results.Single().Branches);
        Assert.Equal((Resolution.Full, 12, 12, 12), (trunk.Branch, trunk.Gallery, trunk.Distractors, trunk.Probes));
        Assert.Null(reports[0].Results[0].Rule);
        Assert.Equal(9, reports[1].Results.Count);
        var shares = reports[1].Results.Single(result => result.Rule == BranchRule.Usual).Branches;
        bool Small(ClosedSetFace face) => lists.Images[face.Image].Decode() is var picture && Math.Max(picture.Width, picture.Height) <= 14;
        Assert.Equal(lists.Gallery.Count(face => face.Person == ClosedSetFace.Nobody && Small(face)), shares[1].Distractors);
        Assert.Equal(lists.Probes[0].Faces.Count(Small), shares[1].Probes);
        Assert.Equal((12, 12, 12), (shares.Sum(share => share.Gallery), shares.Sum(share => share.Distractors), shares.Sum(share => share.Probes)));
        Assert.Equal(36, embedder.Seen[112]);
    }

    [Fact]
    public void A_broken_face_is_left_out_with_the_searches_that_need_it()
    {
        using var folder = new TinyFaceFolder();
        folder.Fill(enrolled: 1);
        foreach (var path in (string[])[Path.Combine("Gallery_Match", "2_0.png"), Path.Combine("Gallery_Distractor", "3.png"), Path.Combine("Probe", "1_1.png")]) File.WriteAllText(Path.Combine(folder.TestingSet, path), "broken");
        var (lists, skipped) = (TinyFaceReader.Read(folder.Root), new SkippedItems());

        var report = ClosedSetProtocol.Run(new PixelEmbedder(), lists, new NativeSizeOptions { GreatestBrokenShare = 0.2 }, [SmallFaceWay.Branch], skipped: skipped).Single();

        Assert.Equal((3, 3, 5, 5, 11, 5), (skipped.Count, report.SkippedImages, report.People, report.GalleryFaces, report.Distractors, report.SkippedFaces));
        Assert.Equal(9, report.Results[0].Figures[0].Ranks.Searches);
        Assert.Contains("is not a picture", Assert.Throws<InputException>(() => ClosedSetProtocol.Run(new PixelEmbedder(), lists, null, [SmallFaceWay.Branch])).Message, StringComparison.Ordinal);
        foreach (var path in Directory.GetFiles(Path.Combine(folder.TestingSet, "Probe"))) File.WriteAllText(path, "broken");
        Assert.Contains("no search is left in Probe", Assert.Throws<InputException>(() => ClosedSetProtocol.Run(new PixelEmbedder(), lists, new NativeSizeOptions { GreatestBrokenShare = 1 }, [SmallFaceWay.Branch])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faces_of_each_set_of_searches_are_counted_by_branch()
    {
        using var data = new ScFaceData();
        var lists = ScFaceReader.Read(data.Fill(people: 2).Root);
        var shares = ClosedSetProtocol.Run(new PixelEmbedder([Resolution.Full, Resolution.Of(28), Resolution.Of(14)]), lists, null, [SmallFaceWay.Branch]).Single().Results.Single().Branches;

        // Pictures of 10, 24 and 60 pixels, the smaller the farther.
        Assert.Equal([(112, "0 0 10"), (28, "0 10 0"), (14, "10 0 0")], shares.Select(share => (share.Branch.Side, string.Join(' ', share.ProbeSets))));
        Assert.All(shares, share => Assert.Equal(10, share.Probes));
    }

    [Fact]
    public void A_small_list_is_bounded_by_itself_however_large_the_others_are()
    {
        // Two of four searches: of all 305 images less than a hundredth.
        var lists = Small(distractors: 300, broken: image => image is 302 or 303);
        var said = Assert.Throws<InputException>(() => ClosedSetProtocol.Run(new PixelEmbedder(), lists, null, [SmallFaceWay.Branch])).Message;

        Assert.Contains("small, searches: 2 of 4 images are missing (0) or broken (2), more than the 1.0", said, StringComparison.Ordinal);
        Assert.Contains("302: is broken", said, StringComparison.Ordinal);
        Assert.Equal(2, ClosedSetProtocol.Run(new PixelEmbedder(), lists, new NativeSizeOptions { GreatestBrokenShare = 0.5 }, [SmallFaceWay.Branch])[0].SkippedImages);
    }

    [Fact]
    public void Missing_and_broken_images_of_a_list_are_bounded_together()
    {
        using var folder = new TinyFaceFolder();
        folder.Fill();
        File.Delete(Path.Combine(folder.TestingSet, "Probe", "1_2.png"));
        File.WriteAllText(Path.Combine(folder.TestingSet, "Probe", "2_2.png"), "broken");
        var lists = TinyFaceReader.Read(folder.Root, greatestMissingShare: 0.1); // one of twelve

        var said = Assert.Throws<InputException>(() => ClosedSetProtocol.Run(new PixelEmbedder(), lists, new NativeSizeOptions { GreatestBrokenShare = 0.1 }, [SmallFaceWay.Branch])).Message;

        Assert.Contains("TinyFace, Probe: 2 of 12 images are missing (1) or broken (1)", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bound_that_cannot_be_kept_any_more_ends_the_run_before_the_other_images_are_decoded()
    {
        var decoded = 0;
        var lists = Small(distractors: 50, broken: image =>
        {
            Interlocked.Increment(ref decoded);
            return image == 0;
        });

        Assert.Throws<InputException>(() => ClosedSetProtocol.Run(new PixelEmbedder(), lists, new NativeSizeOptions { ImagesAtATime = 5 }, [SmallFaceWay.Branch]));
        Assert.Equal(5, decoded);
    }

    [Fact]
    public void Without_a_way_of_treating_small_faces_nothing_is_decoded()
    {
        var lists = Small(distractors: 1, broken: _ => throw new InvalidOperationException("was decoded"));
        Assert.Contains("at least one way", Assert.Throws<ArgumentException>(() => ClosedSetProtocol.Run(new PixelEmbedder(), lists, null, [])).Message, StringComparison.Ordinal);
    }

    /// <summary>An enrolled face, distractors, and four searches.</summary>
    private static ClosedSetLists Small(int distractors, Func<int, bool> broken)
    {
        var face = RenderedPairs.Render(1, 0, side: 20);
        ListedImage[] images = [.. Enumerable.Range(0, distractors + 5).Select(i => new ListedImage($"{i}", () => broken(i) ? throw new InputException("is broken") : face))];
        return new ClosedSetLists(
            "small", images, ["she"], [new(0, 0), .. Enumerable.Range(1, distractors).Select(i => new ClosedSetFace(i, ClosedSetFace.Nobody))],
            [new ClosedSetProbes("searches", [.. Enumerable.Range(distractors + 1, 4).Select(i => new ClosedSetFace(i, 0))])], [1]);
    }

    [Fact]
    public void Lists_that_contradict_themselves_are_refused()
    {
        ListedImage[] images = [new("a", () => RenderedPairs.Render(1, 0)), new("b", () => RenderedPairs.Render(1, 1))];
        ClosedSetLists Make(ClosedSetFace[] gallery, ClosedSetFace[] probes, int rank = 1) => new("x", images, ["she", "he"], gallery, [new ClosedSetProbes("all", probes)], [rank]);

        Assert.Equal(2, Make([new(0, 0)], [new(1, 0)]).Images.Count);
        foreach (var (gallery, probes, rank) in ((ClosedSetFace[], ClosedSetFace[], int)[])
            [([], [new(1, 0)], 1), ([new(0, 0)], [], 1), ([new(0, 0)], [new(1, 1)], 1), ([new(0, -1)], [new(1, -1)], 1), ([new(2, 0)], [new(1, 0)], 1), ([new(0, 0)], [new(1, 0)], 0)])
            Assert.Throws<ArgumentException>(() => Make(gallery, probes, rank));
        foreach (var ranks in (int[][])[[5, 1], [1, 1], []])
            Assert.Throws<ArgumentException>(() => new ClosedSetLists("x", images, ["she"], [new(0, 0)], [new ClosedSetProbes("all", [new ClosedSetFace(1, 0)])], ranks));
    }
}
