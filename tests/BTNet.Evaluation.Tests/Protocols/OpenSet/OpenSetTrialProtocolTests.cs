using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

public sealed class OpenSetTrialProtocolTests
{
    private static readonly OpenSetOptions Few = new() { Probes = [Resolution.Full, Resolution.Of(14)] };
    private static readonly OpenSetTrialOptions Three = new() { Count = 3, Seed = 5, Enrolled = 8 };

    [Fact]
    public void Each_trial_is_the_measurement_of_the_lists_that_were_drawn_for_it()
    {
        var lists = RenderedPeople.Lists();
        var pool = OpenSetPool.Of(lists);
        var reports = OpenSetTrialProtocol.Run(new PixelEmbedder(), pool, Few, Three, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);

        var draw = new OpenSetDraw(pool, new bool[pool.Images.Count], 8);
        for (var trial = 0; trial < 3; trial++)
        {
            var roles = draw.Trial(5, trial + 1);
            var alone = OpenSetProtocol.Run(
                new PixelEmbedder(), new OpenSetLists("drawn", lists.Images, lists.People, roles.Gallery, roles.Mated, roles.Unmated), Few, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);
            foreach (var (report, expected) in reports.Zip(alone))
            foreach (var side in Few.Probes)
            {
                Assert.Equal(expected[side].Identification.RankOne, report[side].RankOne.Values[trial]);
                Assert.Equal(expected[side].Tpirs.Select(tpir => tpir.Value), report[side].Tpirs.Select(tpir => tpir.Values[trial]));
            }
        }

        // 12 people of three pictures and 20 of one: 8 are enrolled, so 16 searches for them, and 12 + 20 for strangers.
        Assert.All(reports, report => Assert.Equal((8, 32, 56), (report.Enrolled, report.People, report.Faces)));
        Assert.Equal(Enumerable.Repeat(new OpenSetTrial(16, 32), 3), reports[0].Trials);
        Assert.True(reports[1][Resolution.Of(14)].RankOne.StandardDeviation > 0);
        Assert.Equal(reports[1][Resolution.Of(14)].Tpirs[0].Values.Average(), reports[1][Resolution.Of(14)].Tpirs[0].Spread!.Mean);
        Assert.Equal("3 of 3 trials cannot tell it; in trial 1 it takes 100 searches with strangers, and there are 32", reports[0].Results[0].Tpirs[1].Reason);
    }

    [Fact]
    public void Faces_are_embedded_once_for_all_trials_and_ways()
    {
        var decoded = 0;
        var pool = OpenSetPool.Of(RenderedPeople.Lists(enrolled: 6, load: item =>
        {
            Interlocked.Increment(ref decoded);
            return RenderedPairs.Render(item, 0);
        }));

        OpenSetTrialProtocol.Run(new PixelEmbedder(), pool, Few, Three with { Count = 7, Enrolled = null }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);

        Assert.Equal(pool.Images.Count, decoded);
    }

    [Fact]
    public void A_broken_face_takes_part_in_no_trial()
    {
        var pool = OpenSetPool.Of(RenderedPeople.Lists(enrolled: 6, load: item => item is 0 or 8 ? throw new InputException($"face {item} is broken") : RenderedPairs.Render(item, 0)));
        var skipped = new SkippedItems();

        var report = OpenSetTrialProtocol.Run(new PixelEmbedder(), pool, Few with { GreatestBrokenShare = 0.1 }, new OpenSetTrialOptions { Count = 2 }, [SmallFaceWay.Branch], skipped: skipped)[0];

        // The two have two pictures left each, and are still among the six.
        Assert.Equal((2, 2, 2, 6), (skipped.Count, report.SkippedImages, report.SkippedFaces, report.Enrolled));
        Assert.All(report.Trials, trial => Assert.Equal(new OpenSetTrial(10, 20), trial));
    }

    [Fact]
    public void What_cannot_be_drawn_is_told_before_a_face_is_looked_at()
    {
        var pool = OpenSetPool.Of(RenderedPeople.Lists(enrolled: 3, load: _ => throw new NotSupportedException("is looked at")));
        string Said(OpenSetTrialOptions drawing) => Assert.Throws<InputException>(() => OpenSetTrialProtocol.Run(new PixelEmbedder(), pool, Few, drawing, [SmallFaceWay.Branch])).Message;

        Assert.Contains("1 trials are asked for; expected 2 to 1000", Said(new OpenSetTrialOptions { Count = 1 }), StringComparison.Ordinal);
        Assert.Contains("0 people are to be enrolled; expected at least 1", Said(new OpenSetTrialOptions { Enrolled = 0 }), StringComparison.Ordinal);
        Assert.Contains("3 of 23 people have two images or more, and 4 are to be enrolled", Said(new OpenSetTrialOptions { Enrolled = 4 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_that_contradicts_itself_is_refused()
    {
        var lists = RenderedPeople.Lists(enrolled: 3);
        Assert.Throws<ArgumentException>(() => new OpenSetPool("pool", lists.Images, lists.People, [], 1));
        Assert.Throws<ArgumentException>(() => new OpenSetPool("pool", lists.Images, lists.People, [new OpenSetFace(999, 0)], 1));
        Assert.Throws<ArgumentException>(() => new OpenSetPool("pool", lists.Images, lists.People, [new OpenSetFace(0, 0), new OpenSetFace(0, 1)], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OpenSetPool("pool", lists.Images, lists.People, lists.Mated, 0));
    }
}
