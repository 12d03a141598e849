using System.Numerics.Tensors;
using System.Text.Json;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Calibration;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Tests.Protocols.OpenSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.Calibration;

public sealed class CalibrationProtocolTests
{
    private const int People = 60;

    private static readonly string Networks = new('c', 64);

    private static readonly Resolution[] Sides = [Resolution.Full, Resolution.Of(14)];

    private static readonly CalibrationPlan Quick = new() { Resolutions = Sides, Calibration = new CalibrationOptions { Draws = 20 } };

    /// <summary>People who occur in no open set of <see cref="RenderedPeople"/>.</summary>
    private static CalibrationSet Set(int people = People, int images = 3, Func<int, FaceImage>? load = null) => new(
        "rendered patterns",
        [.. Enumerable.Range(0, people * images).Select(i => new ListedImage($"face {i}", () => load is null ? RenderedPairs.Render(5000 + (i / images), i % images, noise: 250, spread: .055) : load(i)))],
        [.. Enumerable.Range(0, people * images).Select(i => i / images)]);

    [Fact]
    public void Every_two_resolutions_are_calibrated_from_just_these_embeddings()
    {
        var report = CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(), Quick);

        Assert.Equal(["112x112", "112x14", "14x112", "14x14"], report.Table.Pairs.Select(pair => pair.Resolutions.ToString()));
        Assert.Equal((People, 3 * People, Networks), (report.People, report.Images, report.Table.Networks));
        // The same by hand.
        EmbeddingMatrix Seen(int side) => new(3 * People, 147, [.. Set().Images.SelectMany(image => PixelEmbedder.Embed(FaceResizer.Resize(image.Decode(), side, side), Resolution.Of(side)))]);
        List<(MatchedResolutions, StrangerScores)> pairs = [.. from gallery in Sides from probe in Sides select (new MatchedResolutions(gallery, probe), StrangerScores.Of(Seen(gallery.Side), Seen(probe.Side), Set().People, Quick.Calibration))];
        var expected = ScoreCalibrator.Calibrate(pairs, Quick.Calibration)[1];
        Assert.Equal("112x14", expected.Resolutions.ToString());
        Assert.Equal(expected.Threshold(0.1, 30), report.Table[Resolution.Full, Resolution.Of(14)].Threshold(0.1, 30));
        Assert.Equal(5, report.Alike.Count);
        Assert.True(report.Alike.Zip(report.Alike.Skip(1)).All(two => two.First.Score >= two.Second.Score));
    }

    [Fact]
    public void A_calibration_is_put_to_the_test_on_people_whom_it_never_saw()
    {
        var table = CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(120, 2), Quick).Table;
        var report = OpenSetProtocol.Run(new PixelEmbedder(), RenderedPeople.Lists(enrolled: 60, strangers: 160), new OpenSetOptions { Probes = [Resolution.Full, Resolution.Of(14)], OverGalleries = true }, [SmallFaceWay.Branch])[0];

        var calibrated = CalibratedOpenSet.Of(report, table);

        Assert.Equal(6, calibrated.Rates.Count);
        Assert.All(calibrated.Rates.Where(rate => rate.Asked > 0.05), rate => Assert.True(rate.Holds, $"{rate.Probes}: {rate.Asked} asked, {rate.Obtained.Fpir} obtained"));
        Assert.All(calibrated.Rates, rate => Assert.Equal(table[Resolution.Full, Resolution.Full].Threshold(rate.Asked, 60).Value, rate.AtGlobal.Threshold));
        Assert.All(calibrated.Rates, rate => Assert.Equal(report[rate.Probes].Identification.UnmatedProbes.Count(probe => probe.BestScore >= rate.Threshold.Value) / 160.0, rate.Obtained.Fpir));
        Assert.Equal(3, calibrated.Rejects.Count); // each resolution, and all
        using var json = JsonDocument.Parse(OpenSetJson.Format(calibrated, [report]));
        Assert.Equal(6, json.RootElement.GetProperty("calibrated").GetArrayLength());
        Assert.Contains("of 6", CalibratedOpenSetTable.Of(calibrated, report).Notes[0], StringComparison.Ordinal);
        Assert.All(calibrated.Rates, rate => Assert.Equal(6, rate.Among));
        Assert.Contains($"with 95 % all of them hold: {calibrated.HeldTogether.WithCalibration.Count} of 6", CalibratedOpenSetTable.Of(calibrated, report).Notes[1], StringComparison.Ordinal);
        Assert.Equal(calibrated.Rates[1].IntervalTogether.High, json.RootElement.GetProperty("calibrated")[1].GetProperty("intervalTogether").GetProperty("high").GetDouble());
        Assert.Equal(calibrated.HeldOverGalleriesTogether!.ByLists.Count, json.RootElement.GetProperty("heldOverGalleries").GetProperty("together").GetProperty("byLists").GetInt32());
        Assert.Equal(220, report[Resolution.Full].Everybody!.People);
        Assert.Null(OpenSetProtocol.Run(new PixelEmbedder(), RenderedPeople.Lists(enrolled: 6, strangers: 6), new OpenSetOptions { Probes = [Resolution.Full] }, [SmallFaceWay.Branch])[0].Results[0].Everybody);
        Assert.All(calibrated.Rates, rate => Assert.True(rate.OverGalleries!.Threshold == rate.Threshold.Value && rate.OverGalleriesAtGlobal!.Threshold == rate.AtGlobal.Threshold));
        Assert.All(calibrated.Rates.Where(rate => rate.Asked > 0.05), rate => Assert.True(rate.HoldsOverGalleries, $"{rate.Probes}: {rate.Asked} asked, {rate.OverGalleries!.Fpir} obtained"));
        Assert.All(calibrated.Rates, rate => Assert.True(rate.OverGalleriesInterval!.Value is var wide && wide.Low <= rate.OverGalleries!.Interval.Low && wide.High >= rate.OverGalleries.Interval.High));
        Assert.Equal(6, CalibratedOpenSetTable.OverGalleries(calibrated, report)!.Rows.Count);
        Assert.Equal(calibrated.Rates[0].OverGalleries!.Fpir, json.RootElement.GetProperty("calibrated")[0].GetProperty("overGalleries").GetProperty("fpir").GetDouble());
        Assert.Equal(3, CalibratedOpenSetTable.OfQuality(calibrated)!.Rows.Count);
        // Where people have several faces, it is another gallery.
        Assert.All(CalibratedOpenSet.Of(report with { GalleryFaces = 61 }, table).Rates, rate => Assert.Null(rate.OverGalleries));
        Assert.Null(CalibratedOpenSetTable.OverGalleries(CalibratedOpenSet.Of(report with { GalleryFaces = 61 }, table), report));
    }

    [Fact]
    public void One_image_of_each_person_calibrates_but_measures_no_quality()
    {
        var report = CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(40, 1), Quick with { CheckSplits = 0 });

        Assert.Empty(report.Table.Quality);
        Assert.All(report.Table.Pairs, pair => Assert.Null(pair.Mates));
    }

    [Fact]
    public void Halves_are_checked_where_that_is_asked_for()
    {
        var report = CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(), Quick with { Resolutions = [Resolution.Of(14)], CheckSplits = 3 });

        Assert.Equal(6, report.Checks.Count); // two ways, as one resolution has no other to share a tail with
        Assert.All(report.Checks, check => Assert.Equal(25, check.GallerySize));
        Assert.Contains("expected at least 100", Assert.Throws<InputException>(() => CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(), Quick with { CheckSplits = 3, CheckShare = 0.2 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_are_checked_in_one_gallery_and_over_all_where_that_is_asked_for()
    {
        var report = CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(120, 1), Quick with { IntervalTrials = 12 });

        Assert.Equal([30, null], report.IntervalTrials.Select(trials => trials.Searched));
        foreach (var trials in report.IntervalTrials)
        {
            Assert.Equal((12, 60, 30), (trials.Trials, trials.Calibrated, trials.Enrolled));
            Assert.Equal(["112x112", "112x14"], trials.Rates.Select(rate => rate.Resolutions.ToString()).Distinct());
            Assert.Equal([0.1, 0.03, 0.01, 0.1, 0.03, 0.01], trials.Rates.Select(rate => rate.Asked));
            // Both parts are of one kind: what is asked for comes, and most intervals say so.
            Assert.All(trials.Rates.Where(rate => rate.Asked > 0.05), rate => Assert.InRange(rate.Obtained, 0.04, 0.25));
            Assert.InRange(trials.Rates.Average(rate => rate.Held), 0.8, 1);
            Assert.InRange(trials.AllTogether, 0.8, 1);
        }

        Assert.Empty(CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(40, 1), Quick).IntervalTrials);
        // Twenty-five people cannot tell 1 %.
        Assert.Equal([0.1, 0.03], CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(50, 1), Quick with { Resolutions = [Resolution.Full], IntervalTrials = 1 }).IntervalTrials[0].Rates.Select(rate => rate.Asked));
        Assert.Contains("expected at least 40", Assert.Throws<InputException>(() => CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(30), Quick with { IntervalTrials = 1 })).Message, StringComparison.Ordinal);
        // Of 44 images, four are broken, so that too few are left to search for.
        Assert.Contains("too few to check intervals with", Assert.Throws<InputException>(() => CalibrationProtocol.Run(
            new PixelEmbedder(), Networks, Set(40, 1, i => i < 4 ? throw new InputException("broken") : RenderedPairs.Render(5000 + i, 0, noise: 250, spread: .055)), Quick with { IntervalTrials = 1, GreatestBrokenShare = 0.2 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_enrols_and_searches_for_people_who_were_not_calibrated_with()
    {
        const int All = 80, Enrolled = 20;
        var set = Set(All, 1);

        var trials = CalibrationProtocol.Run(new PixelEmbedder(), Networks, set, Quick with { IntervalTrials = 1 }).IntervalTrials;

        // The same by hand, with faces of 14 pixels searched for among those of 112.
        var drawn = Enumerable.Range(0, All).ToArray();
        new Random(Quick.Calibration.Seed).Shuffle(drawn);
        int[] chosen = [.. drawn[..(All / 2)].Order()], others = drawn[(All / 2)..];
        float[][] large = Seen(112), small = Seen(14);
        Dictionary<Resolution, float[][]> seen = new() { [Resolution.Full] = large, [Resolution.Of(14)] = small };
        var pairs = (from gallery in Sides from probe in Sides select (new MatchedResolutions(gallery, probe), StrangerScores.Of(Matrix(seen[gallery]), Matrix(seen[probe]), chosen, Quick.Calibration))).ToList();
        var threshold = ScoreCalibrator.Calibrate(pairs, Quick.Calibration)[1].Threshold(0.1, Enrolled).Value;
        var alarms = others[Enrolled..].Count(stranger => others[..Enrolled].Max(person => Cosine(small[stranger], large[person])) >= threshold);
        Assert.Equal(alarms / 20.0, trials[0].Rates.Single(rate => rate.Asked == 0.1 && rate.Resolutions.Probe.Side == 14).Obtained, 1e-12);
        Assert.Equal((Enrolled, 20), (trials[0].Enrolled, trials[0].Searched));

        float[][] Seen(int side) => [.. set.Images.Select(image => PixelEmbedder.Embed(FaceResizer.Resize(image.Decode(), side, side), Resolution.Of(side)))];
        EmbeddingMatrix Matrix(float[][] of) => new(chosen.Length, 147, [.. chosen.SelectMany(person => of[person])]);
        static double Cosine(float[] one, float[] other) => TensorPrimitives.CosineSimilarity<float>(one, other);
    }

    [Fact]
    public void A_broken_image_is_told_and_left_out()
    {
        var skipped = new SkippedItems();
        var report = CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(load: i => i == 4 ? throw new InputException("face 4 is broken") : RenderedPairs.Render(5000 + (i / 3), i % 3, noise: 250, spread: .055)), Quick, skipped: skipped);

        Assert.Equal((1, (3 * People) - 1), (skipped.Count, report.Images));
        Assert.Throws<InputException>(() => CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(load: i => i % 2 == 0 ? throw new InputException("broken") : RenderedPairs.Render(i, 0)), Quick));
    }

    [Fact]
    public void What_the_network_lacks_is_refused_with_all_else_that_is_wrong()
    {
        var fault = Assert.Throws<InputException>(() => CalibrationProtocol.Run(new PixelEmbedder([Resolution.Full]), Networks, Set(), Quick with { CheckSplits = 1, IntervalTrials = -1, ImagesAtATime = 0 }));

        Assert.Equal(4, fault.Faults.Count);
        Assert.Contains("no branch for 14", fault.Message, StringComparison.Ordinal);
        Assert.Contains("too few to calibrate with", Assert.Throws<InputException>(() => CalibrationProtocol.Run(new PixelEmbedder(), Networks, Set(5), Quick)).Message, StringComparison.Ordinal);
    }
}
