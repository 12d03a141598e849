using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Matching;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

public sealed class IjbcQualityTests
{
    private static readonly IjbcOptions Quality = new() { Modes = [.. IjbcMode.ParseMatches("112x112,112x14"), .. IjbcMode.ParseAggregates("112&14")], Weight = ImageWeight.Quality };

    [Fact]
    public void Where_all_images_are_as_useful_they_count_alike()
    {
        var drawn = new DrawnTemplates();

        var by = Run(drawn, Quality with { Calibration = Table((112, 0.5, 0, 1), (14, 0.5, 0, 1)) });

        AssertSame(Run(drawn, Quality with { Weight = ImageWeight.None }), by);
    }

    [Fact]
    public void Where_usefulness_grows_as_the_length_does_it_is_the_weight_by_length()
    {
        // Of a rare usefulness with a slope of 1, 1 / (1 + exp(-(b + ln(norm / median)))) is exp(b) norm / median to a part in a million.
        var drawn = new DrawnTemplates();
        var evened = new Evened(drawn);
        var options = Quality with { Modes = IjbcMode.ParseMatches("112x112,112x14"), Calibration = Table((112, -15, 1, Middle(drawn, evened, 112)), (14, -15, 1, Middle(drawn, evened, 14))) };
        IjbcReport Weighed(ImageWeight weight) => IjbcProtocol.Run(evened, drawn.Set(), drawn, options with { Weight = weight }, [SmallFaceWay.Branch])[0];

        var by = Weighed(ImageWeight.Quality);

        AssertSame(Weighed(ImageWeight.Norm), by);
        Assert.NotEqual(Weighed(ImageWeight.None).Results[1].Roc.Auc, by.Results[1].Roc.Auc, 1e-6);
    }

    [Fact]
    public void Faces_that_are_not_as_sharp_as_their_size_count_less()
    {
        var root = SharedData.Require("formats", "ijbc");
        var set = IjbcReader.Read(root);
        var faces = new IjbcCrops(Path.Combine(root, IjbcReader.CropFolder), set.Images);
        double Auc(double leastDetail) => IjbcProtocol.Run(
            new PixelEmbedder(), set, faces, new IjbcOptions { Modes = IjbcMode.ParseMatches("28x28"), Weight = ImageWeight.Quality, Calibration = Table(leastDetail, (28, 3, 0, 1), (14, -3, 0, 1)) }, [SmallFaceWay.Branch])[0].Results[0].Roc.Auc;

        Assert.Equal(Auc(0), Auc(1), 1e-6); // all as useful as each other, whichever that is
        Assert.NotEqual(Auc(0), Auc(0.04), 1e-6);
    }

    [Fact]
    public void Without_what_says_it_nothing_is_weighed_and_no_face_is_embedded()
    {
        var drawn = new DrawnTemplates();
        string Refused(IjbcOptions options, SmallFaceWay way = SmallFaceWay.Branch) => Assert.Throws<InputException>(() => IjbcProtocol.Run(drawn, drawn.Set(), drawn, options, [way])).Message;

        Assert.Contains("there is no calibration", Refused(Quality), StringComparison.Ordinal);
        Assert.Contains("does not say what makes faces of 14 pixels useful", Refused(Quality with { Calibration = Table((112, 0, 0, 1)) }), StringComparison.Ordinal);
        Assert.Contains("--way branch", Refused(Quality with { Calibration = Table((112, 0, 0, 1), (14, 0, 0, 1)) }, SmallFaceWay.UpSample), StringComparison.Ordinal);
        Assert.Empty(drawn.Seen);
    }

    private static IjbcReport Run(DrawnTemplates drawn, IjbcOptions options) => IjbcProtocol.Run(drawn, drawn.Set(), drawn, options, [SmallFaceWay.Branch])[0];

    private static void AssertSame(IjbcReport expected, IjbcReport got)
    {
        foreach (var (left, right) in expected.Results.Zip(got.Results))
        {
            Assert.Equal(left.Roc.Auc, right.Roc.Auc, 1e-5);
            Assert.Equal(left.Galleries.Select(gallery => gallery.Ranks.At(1)), right.Galleries.Select(gallery => gallery.Ranks.At(1)));
        }
    }

    /// <summary>The geometric middle of the lengths of all features, which are within three times of it.</summary>
    private static double Middle(DrawnTemplates drawn, Evened evened, int side)
    {
        var resolution = Resolution.Of(side);
        var features = evened.Embed([.. Enumerable.Range(0, drawn.Set().Images.Count).Select(image => drawn.See(image, [resolution])[0])], resolution);
        double[] lengths = [.. Enumerable.Range(0, features.Rows).Select(row => (double)TensorPrimitives.Norm(features[row])).Order()];
        var middle = Math.Sqrt(lengths[0] * lengths[^1]);
        Assert.InRange(lengths[^1] / middle, 1, 3);
        return middle;
    }

    private static CalibrationTable Table(params IReadOnlyList<(int Side, double Base, double Slope, double Norm)> quality) => Table(0, quality);

    private static CalibrationTable Table(double leastDetail, params IReadOnlyList<(int Side, double Base, double Slope, double Norm)> quality)
    {
        var entries = quality.Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"resolution":{{one.Side}},"people":50,"falseAlarms":0.01,"gallerySize":100,"base":{{one.Base}},"slope":{{one.Slope}},"medianNorm":{{one.Norm}},"leastDetail":{{leastDetail}}}"""));
        return CalibrationTable.Parse(
            Encoding.UTF8.GetBytes($$"""
                {"format":"btnet-calibration","version":1,"networks":"{{new string('a', 64)}}","pairs":[{"gallery":112,"probe":112,"people":50,"byProbe":true,"sizes":[1,10],"rates":[0.1,0.01],
                "thresholds":[[0.1,0.2],[0.3,0.4]],"low":[[0.1,0.2],[0.3,0.4]],"high":[[0.1,0.2],[0.3,0.4]]}],"quality":[{{string.Join(',', entries)}}]}
                """),
            "drawn");
    }

    /// <summary>Features of lengths that are the root of those drawn, as calibrations look no farther than three times from the median.</summary>
    private sealed class Evened(DrawnTemplates drawn) : IEmbedder
    {
        public string Description => drawn.Description;

        public int EmbeddingSize => drawn.EmbeddingSize;

        public IReadOnlyList<Resolution> Resolutions => drawn.Resolutions;

        public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
        {
            var features = drawn.Embed(faces, resolution, cancellation);
            return new(features.Rows, EmbeddingSize, [.. Enumerable.Range(0, features.Rows).SelectMany(row =>
            {
                var root = MathF.Sqrt(TensorPrimitives.Norm(features[row]));
                return features[row].ToArray().Select(value => value / root);
            })]);
        }
    }
}
