using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.SurvFace;

public sealed class SurvFaceProtocolTests : IDisposable
{
    private readonly SurvFaceFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SizeIndicator.Max, LadderRule.Ceil, GalleryPrototype.Raw)]
    [InlineData(SizeIndicator.Average, LadderRule.Near, GalleryPrototype.Normalised)]
    public void What_is_found_is_what_a_search_by_hand_finds(SizeIndicator indicator, LadderRule rule, GalleryPrototype prototype)
    {
        var set = SurvFaceReader.Read(_folder.Fill(people: 30, strangers: 40, noise: 250, spread: .055).FillPairs().Root);
        var report = SurvFaceProtocol.Run(new PixelEmbedder(), set, new NativeSizeOptions { Rules = [new BranchRule(indicator, rule)], ImagesAtATime = 50 }, [SmallFaceWay.Branch]).Single();

        var ladder = new ResolutionLadder(Resolution.All);
        float[] Embed(ListedImage image)
        {
            var face = image.Decode();
            var side = ladder.Choose(face.Width, face.Height, indicator, rule);
            return PixelEmbedder.Embed(FaceResizer.Resize(face, side.Side, side.Side), side);
        }

        var lists = set.Identification;
        double[] Unit(IEnumerable<float> vector)
        {
            var length = Math.Sqrt(vector.Sum(value => (double)value * value));
            return [.. vector.Select(value => value / length)];
        }

        var prototypes = lists.Gallery.GroupBy(face => face.Person).ToDictionary(person => person.Key, person =>
        {
            var faces = person.Select(face => Embed(lists.Images[face.Image])).Select(face => prototype == GalleryPrototype.Raw ? [.. face.Select(value => (double)value)] : Unit(face)).ToList();
            return Unit(Enumerable.Range(0, 147).Select(i => (float)faces.Average(face => face[i])));
        });
        Dictionary<int, double> Scores(OpenSetFace probe)
        {
            var vector = Unit(Embed(lists.Images[probe.Image]));
            return prototypes.ToDictionary(entry => entry.Key, entry => entry.Value.Zip(vector).Sum(pair => pair.First * pair.Second));
        }

        var (mated, unmated) = (lists.Mated.Select(probe => (Scores: Scores(probe), probe.Person)).ToList(), lists.Unmated.Select(probe => (Scores: Scores(probe), probe.Person)).ToList());
        var lowest = Math.Min(mated.Min(probe => probe.Scores.Values.OrderDescending().ElementAt(19)), unmated.Min(probe => probe.Scores.Values.Max()));
        var expected = TopRankIdentification.Of(
            [.. mated.Select(probe => new RankedProbe(probe.Scores[probe.Person], probe.Scores.Values.Count(score => score >= probe.Scores[probe.Person]), probe.Person))],
            [.. unmated.Select(probe => new UnmatedProbe(probe.Scores.Values.Max(), probe.Person))], lowest, SurvFaceReport.FalsePositiveRates);
        var found = report.Results.Single()[prototype];
        Assert.Equal((expected.Auc, expected.Ranks.At(1), expected.Ranks.At(20)), (found.Auc, found.Ranks.At(1), found.Ranks.At(20)));
        Assert.Equal(expected.Tpirs.Select(tpir => (tpir.Value, tpir.Interval, tpir.Reason)), found.Tpirs.Select(tpir => (tpir.Value, tpir.Interval, tpir.Reason)));
        Assert.Equal(expected.Tpirs[0].Threshold!.Value, found.Tpirs[0].Threshold!.Value, 1e-6);
        Assert.Equal(expected.Grid.Auc, found.Grid.Auc, 1e-3); // the thresholds move with the last bits of the scores
        Assert.InRange(found.Ranks.At(1), 0.05, 0.999);
        (int, int) Nearest(OpenSetFace probe, Dictionary<int, double> scores) => (probe.Image, lists.Gallery.First(face => face.Person == Best(scores, probe.Person).Key).Image);
        KeyValuePair<int, double> Best(Dictionary<int, double> scores, int person) => scores.Where(entry => entry.Key != person).MaxBy(entry => entry.Value);
        var wrong = lists.Mated.Zip(mated).Where(probe => Best(probe.Second.Scores, probe.First.Person).Value >= probe.Second.Scores[probe.First.Person]);
        var hardest = wrong.OrderByDescending(probe => Best(probe.Second.Scores, probe.First.Person).Value - probe.Second.Scores[probe.First.Person]).Take(4)
            .Concat(lists.Unmated.Zip(unmated).OrderByDescending(probe => probe.Second.Scores.Values.Max()).Take(4)).Select(probe => Nearest(probe.First, probe.Second.Scores));
        Assert.Equal(hardest, report.Results.Single().Prototypes.Single(result => result.Prototype == prototype).Hardest.Select(mistake => (mistake.Probe, mistake.Found)));

        var pairs = set.Verification!;
        double[] cosines = [.. pairs.Pairs.Select(pair => Unit(Embed(pairs.Images[pair.First])).Zip(Unit(Embed(pairs.Images[pair.Second]))).Sum(values => values.First * values.Second))];
        var roc = RocCurve.Of(cosines, [.. pairs.Pairs.Select(pair => pair.Same)]);
        var verified = report.Results[0].Verification!;
        Assert.Equal(roc.Auc, verified.Auc, 1e-12);
        Assert.Equal(roc.TarAt(0.1).Value, verified.Tars[1].Value);
        Assert.Equal(KFoldAccuracy.Of(cosines, [.. pairs.Pairs.Select(pair => pair.Same)], [.. pairs.Pairs.Select(pair => pair.Fold)]).Mean, verified.Accuracy.Mean);
        Assert.Equal("needs 1000 pairs of two people, there are 20", verified.Tars[3].Reason);
    }

    [Fact]
    public void An_image_is_embedded_once_however_many_rules_see_it_alike()
    {
        var set = SurvFaceReader.Read(_folder.Fill(people: 22).Root);
        var embedder = new PixelEmbedder();
        var all = SurvFaceProtocol.Run(embedder, set, new NativeSizeOptions { Rules = BranchRule.All, ImagesAtATime = 7 }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);

        var ladder = new ResolutionLadder(Resolution.All);
        var expected = set.Identification.Images.Select(image => image.Decode()).SelectMany(face =>
            BranchRule.All.Select(rule => ladder.Choose(face.Width, face.Height, rule.Indicator, rule.Rule).Side).Append(112).Distinct()).CountBy(side => side).ToDictionary();
        Assert.Equal(expected.OrderBy(entry => entry.Key), embedder.Seen.OrderBy(entry => entry.Key));
        Assert.Equal(9, all[1].Results.Count);
        foreach (var result in all[1].Results)
        {
            var alone = SurvFaceProtocol.Run(new PixelEmbedder(), set, new NativeSizeOptions { Rules = [result.Rule!.Value] }, [SmallFaceWay.Branch])[0].Results.Single();
            Assert.Equal(alone[GalleryPrototype.Raw].Tpirs, result[GalleryPrototype.Raw].Tpirs);
            Assert.Equal(alone.Branches, result.Branches);
        }
    }

    [Fact]
    public void Where_the_faces_went_is_counted_and_enlarged_ones_all_go_to_the_trunk()
    {
        var set = SurvFaceReader.Read(_folder.Fill().FillPairs().Root);
        var reports = SurvFaceProtocol.Run(new PixelEmbedder([Resolution.Full, Resolution.Of(14)]), set, null, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);

        Assert.Equal([new BranchShare(Resolution.Full, 12, 12, 12, 40)], reports[0].Results.Single().Branches);
        Assert.Null(reports[0].Results[0].Rule);
        var shares = reports[1].Results.Single().Branches;
        Assert.Equal([112, 14], shares.Select(share => share.Branch.Side));
        bool Small(ListedImage image) => image.Decode() is var face && Math.Max(face.Width, face.Height) <= 14;
        Assert.Equal(set.Identification.Gallery.Count(face => Small(set.Identification.Images[face.Image])), shares[1].Gallery);
        Assert.Equal(set.Verification!.Images.Count(Small), shares[1].Verification);
        Assert.Equal((12, 12, 12, 40), (shares.Sum(share => share.Gallery), shares.Sum(share => share.Mated), shares.Sum(share => share.Unmated), shares.Sum(share => share.Verification)));
    }

    [Fact]
    public void The_baseline_enlarges_small_faces_with_the_kernel_for_that_and_is_the_trunk_alone()
    {
        var set = SurvFaceReader.Read(_folder.Fill(people: 22, noise: 250, spread: .055).Root);
        var options = new NativeSizeOptions { Enlarging = ResampleKernel.Nearest };
        var both = SurvFaceProtocol.Run(new PixelEmbedder(), set, options, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);
        var alone = SurvFaceProtocol.Run(new PixelEmbedder([Resolution.Full]), set, options, [SmallFaceWay.UpSample]).Single();

        Assert.Equal(alone.Results[0][GalleryPrototype.Raw].Tpirs, both[0].Results[0][GalleryPrototype.Raw].Tpirs);
        var other = SurvFaceProtocol.Run(new PixelEmbedder(), set, options with { Reduction = ResampleKernel.Nearest, Enlarging = ResampleKernel.Bilinear }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);
        Assert.NotEqual(alone.Results[0][GalleryPrototype.Raw].Auc, other[0].Results[0][GalleryPrototype.Raw].Auc);
        Assert.NotEqual(both[1].Results[0][GalleryPrototype.Raw].Auc, other[1].Results[0][GalleryPrototype.Raw].Auc);
    }

    [Fact]
    public void A_long_embedding_outweighs_others_in_a_raw_prototype_and_not_in_a_normalised_one()
    {
        (int, float[])[] faces = [(0, [10, 0]), (0, [0, 1]), (1, [0, 3])];
        var (raw, normalised) = (GalleryPrototypes.Of(faces, 2, 2, GalleryPrototype.Raw), GalleryPrototypes.Of(faces, 2, 2, GalleryPrototype.Normalised));

        Assert.Equal([0.9950372f, 0.0995037f, 0, 1], raw.Values.ToArray(), Near); // 10 and 1 by the root of 101
        Assert.Equal([0.7071068f, 0.7071068f, 0, 1], normalised.Values.ToArray(), Near);
        Assert.Equal([0, 0], GalleryPrototypes.Of([(0, [0f, 0f])], 1, 2, GalleryPrototype.Normalised).Values.ToArray());

        static bool Near(float left, float right) => MathF.Abs(left - right) < 1e-6;
    }

    [Fact]
    public void A_broken_face_is_left_out_with_the_searches_and_pairs_that_need_it()
    {
        _folder.Fill(enrolled: 1).FillPairs();
        foreach (var path in (string[])[Path.Combine(_folder.TestSet, "gallery", "002_cam1_0.png"), Path.Combine(_folder.Pairs, "verification_images", "3_1.png")]) File.WriteAllText(path, "broken");
        var (set, skipped) = (SurvFaceReader.Read(_folder.Root), new SkippedItems());

        var report = SurvFaceProtocol.Run(new PixelEmbedder(), set, new NativeSizeOptions { GreatestBrokenShare = 0.2 }, [SmallFaceWay.Branch], skipped: skipped).Single();

        Assert.Equal((2, 2, 5, 5, 3, 38, 2), (skipped.Count, report.SkippedImages, report.Enrolled, report.GalleryFaces, report.SkippedFaces, report.Pairs, report.SkippedPairs));
        Assert.Contains("is not a picture", Assert.Throws<InputException>(() => SurvFaceProtocol.Run(new PixelEmbedder(), set, null, [SmallFaceWay.Branch])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gallery", "001_cam1_0.png", "QMUL-SurvFace, enrolled faces: 1 of 12")]
    [InlineData("mated_probe", "001_cam2_2.png", "QMUL-SurvFace, searches for enrolled people: 1 of 12")]
    [InlineData("unmated_probe", "distractors_1.png", "QMUL-SurvFace, searches for strangers: 1 of 12")]
    public void Each_list_of_the_searches_is_bounded_by_itself(string folder, string name, string expected)
    {
        _folder.Fill().FillPairs();
        File.WriteAllText(Path.Combine(_folder.TestSet, folder, name), "broken");
        var set = SurvFaceReader.Read(_folder.Root);

        // Of all 76 images it would be little.
        Assert.Contains(expected, Assert.Throws<InputException>(() => SurvFaceProtocol.Run(new PixelEmbedder(), set, new NativeSizeOptions { GreatestBrokenShare = 0.05 }, [SmallFaceWay.Branch])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_images_of_pairs_are_bounded_by_themselves_missing_and_broken_ones_together()
    {
        _folder.Fill().FillPairs();
        File.Delete(Path.Combine(_folder.Pairs, "verification_images", "5_0.png"));
        foreach (var name in (string[])["3_1.png", "4_1.png"]) File.WriteAllText(Path.Combine(_folder.Pairs, "verification_images", name), "broken");
        var set = SurvFaceReader.Read(_folder.Root, greatestMissingShare: 0.05);

        Assert.Contains(
            "Face_Verification_Test_Set, images of pairs: 3 of 40 images are missing (1) or broken (2), more than the 5.0",
            Assert.Throws<InputException>(() => SurvFaceProtocol.Run(new PixelEmbedder(), set, new NativeSizeOptions { GreatestBrokenShare = 0.05 }, [SmallFaceWay.Branch])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_way_of_treating_small_faces_nothing_is_embedded()
    {
        var (set, embedder) = (SurvFaceReader.Read(_folder.Fill().Root), new PixelEmbedder());
        Assert.Throws<ArgumentException>(() => SurvFaceProtocol.Run(embedder, set, null, []));
        Assert.Empty(embedder.Seen);
    }

    [Fact]
    public void All_faults_of_the_options_are_told_at_once()
    {
        var set = SurvFaceReader.Read(_folder.Fill().Root);
        var said = Assert.Throws<InputException>(() => SurvFaceProtocol.Run(new PixelEmbedder(), set, new NativeSizeOptions { Rules = [], GreatestBrokenShare = 2, ImagesAtATime = 0 }, [SmallFaceWay.Branch])).Message;

        foreach (var part in (string[])["no way of choosing branches", "the share of broken images that is borne is 2", "0 images at a time"]) Assert.Contains(part, said, StringComparison.Ordinal);
    }
}
