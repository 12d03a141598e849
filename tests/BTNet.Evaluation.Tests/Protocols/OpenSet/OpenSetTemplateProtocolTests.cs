using System.Text.Json;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Gallery;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

public sealed class OpenSetTemplateProtocolTests
{
    private static readonly OpenSetOptions Few = new() { Probes = [Resolution.Full, Resolution.Of(14)] };
    private static readonly OpenSetTrialOptions Three = new() { Count = 3, Seed = 5, Enrolled = 8 };
    private static readonly OpenSetTemplateOptions Two = new() { Faces = 2, Fusions = [TemplateFusion.Max, TemplateFusion.Mean, TemplateFusion.Clusters(2)] };

    [Fact]
    public void Faces_by_themselves_are_what_lists_with_several_faces_of_a_person_come_to()
    {
        var lists = RenderedPeople.Lists(probes: 3);
        var pool = OpenSetPool.Of(lists);
        var report = OpenSetTemplateProtocol.Run(new PixelEmbedder(), pool, Few, Two, Three);

        var draw = new OpenSetDraw(pool, new bool[pool.Images.Count], 8, faces: 2);
        for (var trial = 0; trial < 3; trial++)
        {
            var roles = draw.Trial(5, trial + 1);
            Assert.Equal((16, 8, 16), (roles.Gallery.Length, roles.Gallery.DistinctBy(face => face.Person).Count(), roles.Mated.Length));
            var alone = OpenSetProtocol.Run(new PixelEmbedder(), new OpenSetLists("drawn", lists.Images, lists.People, roles.Gallery, roles.Mated, roles.Unmated), Few, [SmallFaceWay.Branch])[0];
            foreach (var side in Few.Probes)
            foreach (var fusion in (TemplateFusion[])[TemplateFusion.Max, TemplateFusion.Clusters(2)])
            {
                Assert.Equal(alone[side].Identification.RankOne, report[side, fusion].RankOne.Values[trial]);
                Assert.Equal(alone[side].Tpirs.Select(tpir => tpir.Value), report[side, fusion].Tpirs.Select(tpir => tpir.Values[trial]));
            }
        }

        Assert.Equal((8, 32, 68), (report.Enrolled, report.People, report.Faces));
        Assert.NotEqual(report[Resolution.Of(14), TemplateFusion.Max].RankOne.Values, report[Resolution.Of(14), TemplateFusion.Mean].RankOne.Values);
        Assert.Empty(report.Results[0].Calibrated);
    }

    [Fact]
    public void Faces_of_a_person_are_seen_at_each_resolution_by_turns_whatever_the_order_of_the_lists()
    {
        var lists = RenderedPeople.Lists(probes: 3);
        var templates = Two with { Gallery = [Resolution.Full, Resolution.Of(14)], Fusions = [TemplateFusion.Mean] };
        var report = OpenSetTemplateProtocol.Run(new PixelEmbedder(), OpenSetPool.Of(lists), Few, templates, Three);
        var turned = OpenSetTemplateProtocol.Run(new PixelEmbedder(), new OpenSetPool(lists.Name, lists.Images, lists.People, [.. lists.Unmated.Reverse(), .. lists.Mated.Reverse(), .. lists.Gallery], 12), Few, templates, Three);
        foreach (var side in Few.Probes) Assert.Equal(report[side, TemplateFusion.Mean].RankOne.Values, turned[side, TemplateFusion.Mean].RankOne.Values);
        var sharp = OpenSetTemplateProtocol.Run(new PixelEmbedder(), OpenSetPool.Of(lists), Few, templates with { Gallery = [Resolution.Full] }, Three);
        Assert.NotEqual(sharp[Resolution.Of(14), TemplateFusion.Mean].RankOne.Values, report[Resolution.Of(14), TemplateFusion.Mean].RankOne.Values);
        Assert.Equal(0, OpenSetDraw.Turn(1, 1, "somebody") == OpenSetDraw.Turn(1, 2, "somebody") ? 1 : 0);
    }

    [Fact]
    public void What_cannot_be_measured_is_told_before_a_face_is_looked_at()
    {
        var pool = OpenSetPool.Of(RenderedPeople.Lists(enrolled: 3, load: _ => throw new NotSupportedException("is looked at")));
        string Said(OpenSetTemplateOptions templates, OpenSetTrialOptions? drawing = null) => Assert.Throws<InputException>(() => OpenSetTemplateProtocol.Run(new PixelEmbedder(), pool, Few, templates, drawing)).Message;
        Assert.Contains("1 faces of each are to be enrolled and fused; expected 2 to 1000", Said(Two with { Faces = 1 }), StringComparison.Ordinal);
        Assert.Contains("no resolution of enrolled faces", Said(Two with { Gallery = [] }), StringComparison.Ordinal);
        Assert.Contains("no way to fuse faces is asked for", Said(Two with { Fusions = [] }), StringComparison.Ordinal);
        Assert.Contains("0 of 23 people have 4 images or more, and 1 are to be enrolled with 3", Said(Two with { Faces = 3 }), StringComparison.Ordinal);
        Assert.Contains("1 trials are asked for", Said(Two, new OpenSetTrialOptions { Count = 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_compares_ways_with_the_first_on_the_same_trials_and_JSON_holds_each()
    {
        var report = OpenSetTemplateProtocol.Run(new PixelEmbedder(), OpenSetPool.Of(RenderedPeople.Lists(enrolled: 20, probes: 3, strangers: 110)), Few, Two, Three with { Enrolled = null });
        var table = OpenSetTemplateTable.Of(report);
        Assert.Equal(["112 max", "112 mean", "112 clusters-2", "14 max", "14 mean", "14 clusters-2"], table.Rows.Select(row => $"{row[0]} {row[1]}"));
        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
        var (max, mean) = (report[Resolution.Of(14), TemplateFusion.Max].Tpirs[1].Spread!, report[Resolution.Of(14), TemplateFusion.Mean].Tpirs[1].Spread!);
        Assert.Equal(("-", $"{mean.Values.Zip(max.Values).Count(pair => pair.First > pair.Second)} of 3"), (table.Rows[3][7], table.Rows[4][7]));
        Assert.Contains("3 random trials with a gallery of 20 of 130 people, each with 2 faces at 112", table.Title, StringComparison.Ordinal);
        Assert.Contains("All 20 people who have 3 images are enrolled in each trial", string.Join('\n', table.Notes), StringComparison.Ordinal);

        using var json = JsonDocument.Parse(OpenSetTemplateJson.Format(report));
        Assert.Equal(("btnet-openset-templates", 2), (json.RootElement.GetProperty("format").GetString(), json.RootElement.GetProperty("facesOfPerson").GetInt32()));
        Assert.Equal(mean.Values.Select(value => (double?)value), json.RootElement.GetProperty("results")[4].GetProperty("tpir")[1].GetProperty("trials").EnumerateArray().Select(value => (double?)value.GetDouble()));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("results")[4].GetProperty("tpir")[2].GetProperty("mean").ValueKind);
    }
}
