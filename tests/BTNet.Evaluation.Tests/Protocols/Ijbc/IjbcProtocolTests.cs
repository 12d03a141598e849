using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

public sealed class IjbcProtocolTests
{
    private static readonly IjbcOptions Few = new() { Modes = IjbcMode.ParseMatches("112x112,112x14") };

    [Fact]
    public void An_image_is_embedded_once_in_each_view_whatever_is_asked_of_it()
    {
        var drawn = new DrawnTemplates();
        var set = drawn.Set();

        IjbcProtocol.Run(drawn, set, drawn, Few with { Modes = [.. IjbcMode.ParseMatches("112x112,112x14,14x14"), .. IjbcMode.ParseAggregates("112&14,14&14")] }, [SmallFaceWay.Branch]);

        Assert.Equal([((14, false), set.Images.Count), ((14, true), set.Images.Count), ((112, false), set.Images.Count)], drawn.Seen.Select(seen => (seen.Key, seen.Value)).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void The_size_of_the_chunks_and_the_order_of_the_images_change_nothing(int atATime)
    {
        var drawn = new DrawnTemplates();
        var set = drawn.Set();
        // The same images, turned round: media of a template are then far apart in the list.
        int[] turned = [.. Enumerable.Range(0, set.Images.Count).OrderBy(i => i * 7919 % set.Images.Count)];
        var images = new IjbcImages(
            [.. turned.Select(i => set.Images.Names[i])], [.. turned.Select(i => set.Images.Templates[i])], [.. turned.Select(i => set.Images.Media[i])], set.Images.Points, [.. turned.Select(i => set.Images.Scores[i])]);

        var (one, other) = (Run(drawn, set, Few), IjbcProtocol.Run(drawn, set with { Images = images }, new Turned(drawn, turned), Few with { ImagesAtATime = atATime }, [SmallFaceWay.Branch])[0]);

        foreach (var (left, right) in one.Results.Zip(other.Results))
        {
            Assert.Equal(left.Roc.Auc, right.Roc.Auc, 1e-6);
            Assert.Equal(left.Galleries.Select(gallery => gallery.Ranks.At(1)), right.Galleries.Select(gallery => gallery.Ranks.At(1)));
        }
    }

    [Fact]
    public void Templates_without_an_image_are_named_once_and_left_out_with_their_pairs_and_searches()
    {
        var skipped = new SkippedItems();
        // Of an enrolled template no image is named, of a probe of somebody else all are broken.
        var drawn = new DrawnTemplates().WithBroken(DrawnTemplates.People + 7);
        var none = new DrawnTemplates().Set().Images.Templates;

        var report = IjbcProtocol.Run(drawn, Without(drawn.Set(), template => template == 3), drawn, Few, [SmallFaceWay.Branch], skipped: skipped)[0];

        var broken = none.Count(template => template == DrawnTemplates.People + 7);
        Assert.Equal(new IjbcLeftOut(broken, 2, (DrawnTemplates.People * DrawnTemplates.ProbesEach) + DrawnTemplates.People - 1, DrawnTemplates.ProbesEach + 2), report.LeftOut);
        Assert.Equal(2 + broken, skipped.Count);
        Assert.Contains(skipped.First, line => line.StartsWith("skipped template 1003: no image of it is there", StringComparison.Ordinal));
        Assert.Contains(skipped.First, line => line.StartsWith("skipped template 1047", StringComparison.Ordinal));
        // In the first gallery, its person is neither enrolled nor a stranger; in the second, a stranger as before.
        var (first, second) = (report.Results[0].Galleries[0], report.Results[0].Galleries[1]);
        Assert.Equal((19, 113, 120), (first.Subjects, first.Identification.Mated, first.Identification.Unmated));
        Assert.Equal((20, 120, 119), (second.Subjects, second.Identification.Mated, second.Identification.Unmated));
    }

    [Fact]
    public void More_templates_without_an_image_than_is_borne_end_it_before_any_face_is_embedded()
    {
        var drawn = new DrawnTemplates();

        var said = Assert.Throws<InputException>(() => Run(drawn, Without(drawn.Set(), template => template is 3 or 4 or 5), Few)).Message;

        Assert.Contains("3 of 280 templates", said, StringComparison.Ordinal);
        Assert.Contains("1003, 1004, 1005", said, StringComparison.Ordinal);
        Assert.Empty(drawn.Seen);
        Assert.Equal(3, Run(drawn, Without(drawn.Set(), template => template is 3 or 4 or 5), Few with { GreatestBrokenShare = 0.02 }).LeftOut.Templates);
    }

    [Fact]
    public void Too_many_broken_images_end_it_and_so_does_a_gallery_of_which_nothing_is_left()
    {
        var drawn = new DrawnTemplates().WithBroken([.. Enumerable.Range(0, 20)]);
        Assert.Contains("is broken", Assert.Throws<InputException>(() => Run(drawn, drawn.Set(), Few)).Message, StringComparison.Ordinal);
        Assert.Contains("gallery G1: 0 enrolled people, 0 probes of these people", Assert.Throws<InputException>(() => Run(drawn, drawn.Set(), Few with { GreatestBrokenShare = 0.2 })).Message, StringComparison.Ordinal);
        var whole = new DrawnTemplates();
        Assert.Contains("0 pairs of templates of one person", Assert.Throws<InputException>(() => Run(whole, whole.Set() with { Mates = new TemplatePairs() }, Few)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_lists_cannot_give_is_said_before_any_face_is_embedded()
    {
        var drawn = new DrawnTemplates();
        var set = drawn.Set();
        string Refused(IjbcSet lists) => Assert.Throws<InputException>(() => Run(drawn, lists, Few)).Message;

        Assert.Contains("0 pairs of templates of one person", Refused(set with { Mates = new TemplatePairs() }), StringComparison.Ordinal);
        Assert.Contains("0 probes of these people", Refused(set with { Probes = [.. set.Probes.Where(probe => probe.Subject >= DrawnTemplates.People / 2)] }), StringComparison.Ordinal);
        Assert.Contains("0 enrolled people", Refused(set with { Galleries = [set.Galleries[0] with { Templates = [] }] }), StringComparison.Ordinal);
        Assert.Contains("and 0 of others", Refused(set with { Galleries = [new IjbcGallery("all", [.. set.Galleries.SelectMany(gallery => gallery.Templates)])] }), StringComparison.Ordinal);
        Assert.Empty(drawn.Seen);
    }

    [Fact]
    public void Missing_and_broken_images_are_bounded_together()
    {
        var drawn = new DrawnTemplates().WithBroken(DrawnTemplates.People + 7); // four of 700
        Assert.Equal(4, Run(drawn, drawn.Set(), Few).LeftOut.Images);
        Assert.Contains("images are missing (5) or broken (4)", Assert.Throws<InputException>(() => Run(drawn, drawn.Set() with { MissingImages = 5 }, Few)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageWeight.Detector)]
    [InlineData(ImageWeight.Both)]
    public void A_score_of_0_or_below_is_refused_where_features_are_multiplied_by_it(ImageWeight weight)
    {
        var drawn = new DrawnTemplates();
        var set = drawn.Set();
        set.Images.Scores[3] = -0.5f;
        set.Images.Scores[9] = 0;

        var said = Assert.Throws<InputException>(() => Run(drawn, set, Few with { Weight = weight })).Message;

        Assert.Contains("drawn templates: 2 of 700 images have a detector's score of 0 or below, first of them 3.jpg with -0.5; expected scores above 0", said, StringComparison.Ordinal);
        Assert.Contains("--weight", said, StringComparison.Ordinal);
        Assert.Empty(drawn.Seen);
        foreach (var other in (ImageWeight[])[ImageWeight.None, ImageWeight.Norm]) Assert.NotEmpty(Run(drawn, set, Few with { Weight = other }).Results);
    }

    [Fact]
    public void A_set_whose_columns_or_numbers_do_not_fit_is_refused_before_any_face_is_embedded()
    {
        var drawn = new DrawnTemplates();
        var set = drawn.Set();
        var beyond = set.TemplateIds.Count;
        var wrong = new TemplatePairs();
        wrong.Add(0, beyond);
        foreach (var (lists, expected) in ((IjbcSet, string)[])
        [
            (set with { Images = set.Images with { Scores = [1] } }, "the columns of the images differ in length"), (set with { Images = set.Images with { Points = [1, 2] } }, "the columns of the images differ in length"),
            (set with { Images = set.Images with { Templates = [.. set.Images.Templates.Skip(1), beyond] } }, $"an image is of template {beyond}"), (set with { Strangers = wrong }, $"a pair names template {beyond}"),
            (set with { Probes = [new TemplateOfSubject(-1, 3)] }, "a probe is template -1"), (set with { Galleries = [new IjbcGallery("G1", [new TemplateOfSubject(beyond, 3)])] }, $"gallery G1 names template {beyond}")
        ]) Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Run(drawn, lists, Few)).Message, StringComparison.Ordinal);
        Assert.Empty(drawn.Seen);
    }

    [Fact]
    public void The_hardest_searches_name_a_template_of_somebody_else_who_is_enrolled_in_that_gallery()
    {
        var drawn = new DrawnTemplates();
        var set = drawn.Set();
        int Person(int template) => template < DrawnTemplates.People ? template : (template - DrawnTemplates.People) % DrawnTemplates.People;

        foreach (var gallery in Run(drawn, set, Few).Results[1].Galleries)
        {
            Assert.Equal(8, gallery.Hardest.Count);
            var enrolled = set.Galleries.Single(one => one.Name == gallery.Gallery).Templates.Select(one => one.Template).ToHashSet();
            Assert.All(gallery.Hardest, mistake =>
            {
                Assert.Contains(mistake.Found, enrolled);
                Assert.NotEqual(Person(mistake.Probe), Person(mistake.Found));
                Assert.Equal(mistake.OwnScore is not null, enrolled.Contains(Person(mistake.Probe)));
            });
            var known = gallery.Identification.MatedProbes;
            Assert.Equal(known.Max(probe => probe.OtherScore - probe.OwnScore), gallery.Hardest[0].Score - gallery.Hardest[0].OwnScore!.Value, 1e-9);
            Assert.Equal(gallery.Identification.UnmatedProbes.Max(probe => probe.BestScore), gallery.Hardest[4].Score);
        }
    }

    [Fact]
    public void Without_galleries_there_are_pairs_only()
    {
        var drawn = new DrawnTemplates();
        var result = Run(drawn, drawn.Set() with { Galleries = [], Probes = [] }, Few).Results[0];

        Assert.Empty(result.Galleries);
        Assert.Equal((null, null), (result.MeanAtRank(1), result.MeanTpir(0)));
        Assert.NotNull(result.Tars[^1].Value);
    }

    [Fact]
    public void All_faults_of_the_options_are_told_at_once()
    {
        var drawn = new DrawnTemplates { Resolutions = [Resolution.Full] };
        var said = Assert.Throws<InputException>(() => Run(drawn, drawn.Set(), Few with { GreatestBrokenShare = 2, ImagesAtATime = 0 })).Message;
        foreach (var part in (string[])["there is no branch for 14", "the share of broken images that is borne is 2", "0 images at a time"]) Assert.Contains(part, said, StringComparison.Ordinal);
        Assert.Contains("no resolutions are asked for", Assert.Throws<InputException>(() => Run(drawn, drawn.Set(), Few with { Modes = [] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => IjbcProtocol.Run(drawn, drawn.Set(), drawn, Few, []));
    }

    [Fact]
    public void Features_that_are_not_finite_are_an_error_that_names_the_image()
    {
        var drawn = new DrawnTemplates();
        Assert.Contains("gives no finite embedding for 0.jpg at 112", Assert.Throws<InputException>(() => IjbcProtocol.Run(new Diverged(), drawn.Set(), drawn, Few, [SmallFaceWay.Branch])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Real_faces_are_aligned_straight_to_each_resolution_and_both_ways_agree_at_112()
    {
        var root = SharedData.Require("formats", "ijbc");
        var set = IjbcReader.Read(root);
        var faces = new IjbcCrops(Path.Combine(root, IjbcReader.CropFolder), set.Images);
        var points = set.Images.Points;
        var landmarks = new FaceLandmarks(new(points[0], points[1]), new(points[2], points[3]), new(points[4], points[5]), new(points[6], points[7]), new(points[8], points[9]));

        var seen = faces.See(0, [Resolution.Of(14), Resolution.Full]);
        Assert.Equal(FaceAligner.Align(FaceDecoder.DecodeFile(Path.Combine(root, IjbcReader.CropFolder, set.Images.Names[0])), landmarks, 14).Pixels.ToArray(), seen[0].Pixels.ToArray());
        Assert.NotEqual(FaceResizer.Resize(seen[1], 14, 14).Pixels.ToArray(), seen[0].Pixels.ToArray());

        var reports = IjbcProtocol.Run(new PixelEmbedder(), set, faces, Few, [SmallFaceWay.UpSample, SmallFaceWay.Branch]);
        Assert.Same(reports[0].Results[0].Roc, reports[1].Results[0].Roc);
        Assert.NotEqual(reports[0].Results[1].Roc.Auc, reports[1].Results[1].Roc.Auc);
        Assert.InRange(reports[1].Results[0].Roc.Auc, 0.6, 1);
        Assert.Equal((162, 72, 24, 24), (reports[0].Images, reports[0].Templates, reports[0].Results[0].Galleries[1].Identification.Mated, reports[0].Results[0].Galleries[0].Identification.Unmated));
    }

    private static IjbcReport Run(DrawnTemplates drawn, IjbcSet set, IjbcOptions options) => IjbcProtocol.Run(drawn, set, drawn, options, [SmallFaceWay.Branch])[0];

    /// <summary>The set with images of some templates not named. Numbers of images are those of the faces, so the others keep theirs: the images of these templates become more images of the last one.</summary>
    private static IjbcSet Without(IjbcSet set, Func<int, bool> template) =>
        set with { Images = set.Images with { Templates = [.. set.Images.Templates.Select(one => template(one) ? set.TemplateIds.Count - 1 : one)] } };

    private sealed class Turned(DrawnTemplates drawn, int[] numbers) : IIjbcFaces
    {
        public FaceImage[] See(int image, IReadOnlyList<Resolution> resolutions) => drawn.See(numbers[image], resolutions);
    }

    private sealed class Diverged : IEmbedder
    {
        public string Description => "diverged";

        public int EmbeddingSize => 2;

        public IReadOnlyList<Resolution> Resolutions => Resolution.All;

        public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default) => new(faces.Count, 2, [.. Enumerable.Repeat(float.NaN, 2 * faces.Count)]);
    }
}
