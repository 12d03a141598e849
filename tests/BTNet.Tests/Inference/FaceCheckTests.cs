using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Tests.Faces;

namespace BTNet.Tests.Inference;

public sealed class FaceCheckTests
{
    private static readonly FaceImage Picture = SyntheticPixels.Blocky(40, 40);

    [Fact]
    public void An_embedding_shorter_than_those_of_faces_is_doubted_with_the_figures()
    {
        var check = new FaceCheck(Manifest(new FaceStatistics(14, 200, 10, 6)));
        Assert.Null(check.Doubt(Picture, Resolution.Of(14), [6, 0]));
        var doubt = check.Doubt(Picture, Resolution.Of(14), [3, 4]);
        Assert.Equal("may be no upright, aligned face: its embedding's length is 5.0, faces have 10.0, 99 in 100 of them 6.0 or more", doubt);
    }

    [Theory]
    [InlineData(0.49, false)]
    [InlineData(0.5, true)]
    public void The_length_counts_only_where_non_faces_have_short_embeddings(double below, bool counts)
    {
        var check = new FaceCheck(Manifest(new FaceStatistics(14, 200, 10, 6, below)));
        Assert.Equal(counts, check.Doubt(Picture, Resolution.Of(14), [3, 4]) is not null);
    }

    [Fact]
    public void A_model_that_does_not_know_of_faces_doubts_only_what_is_of_one_colour()
    {
        Assert.Null(new FaceCheck(Manifest(null)).Doubt(Picture, Resolution.Full, [0, 0]));
        Assert.Null(new FaceCheck(Manifest(new FaceStatistics(14, 200, 10, 6))).Doubt(Picture, Resolution.Full, [0, 0]));
        foreach (var branch in Resolution.All)
            Assert.Equal("may be no face: it is nearly of one colour", new FaceCheck(Manifest(null)).Doubt(SyntheticPixels.Flat(9, 12, 200, 100, 100), branch, [9, 9]));
    }

    [Fact]
    public void A_picture_odder_than_faces_is_doubted_by_the_finest_grid_that_its_branch_has()
    {
        // The values' squares sum up to as many as there are, whatever the picture.
        static FaceAppearance Squares(int grid, double limit)
        {
            List<float> coefficients = [];
            for (var i = 0; i < grid * grid; i++) coefficients.AddRange([.. new float[i], 1]);
            return new FaceAppearance(grid, 200, limit, FaceAppearance.Text([.. coefficients, .. new float[grid * grid]]));
        }

        var check = new FaceCheck(Manifest(new FaceStatistics(14, 200, 10, 6)) with { FaceAppearance = [Squares(7, 50), Squares(10, 99)] });
        const string Unlike = "looks unlike the aligned faces that the model was exported with: check the crop's alignment";
        Assert.Null(check.Doubt(Picture, Resolution.Of(7), [9, 9]));
        Assert.Equal(Unlike, check.Doubt(Picture, Resolution.Of(14), [9, 9]));
        Assert.Equal(Unlike, check.Doubt(Picture, Resolution.Full, [9, 9]));
        Assert.StartsWith($"{Unlike}; may be no upright, aligned face: its embedding's length is 5.0", check.Doubt(Picture, Resolution.Of(14), [3, 4]), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_recogniser_of_millions_of_faces_noise_and_turned_faces_are_doubted_and_faces_are_not()
    {
        using var recogniser = new SharedRecogniser();
        var faces = Faces("calibration-identities.txt", 200);
        var norms = faces.Select(recogniser.Embed).Select(SharedRecogniser.Norm).Order().ToList();
        var check = new FaceCheck(Manifest(new FaceStatistics(112, norms.Count, norms[norms.Count / 2], norms[norms.Count / 100])));
        double Doubted(IEnumerable<FaceImage> pictures) => pictures.Average(picture => check.Doubt(picture, Resolution.Full, recogniser.Embed(picture)) is null ? 0.0 : 1);

        var others = Faces("development-identities.txt", 100);
        Assert.InRange(Doubted(others), 0, 0.05);
        var random = new Random(1);
        Assert.Equal(1, Doubted(Enumerable.Range(0, 20).Select(_ => { var pixels = new byte[3 * 112 * 112]; random.NextBytes(pixels); return new FaceImage(112, 112, pixels); })));
        Assert.Equal(1, Doubted(others.Take(40).Select(QuarterTurned)));
    }

    private static List<FaceImage> Faces(string list, int count)
    {
        var people = File.ReadAllLines(SharedData.Require("lfw", list));
        return [.. people.Take(count).Select(person => FaceDecoder.DecodeFile(Directory.GetFiles(SharedData.Require("lfw", "faces", person)).Order(StringComparer.Ordinal).First()))];
    }

    private static FaceImage QuarterTurned(FaceImage face)
    {
        var (side, pixels) = (face.Width, new byte[face.Pixels.Length]);
        for (var y = 0; y < side; y++)
        for (var x = 0; x < side; x++)
            face.Pixels.Slice(3 * ((x * side) + side - 1 - y), 3).CopyTo(pixels.AsSpan(3 * ((y * side) + x)));
        return new FaceImage(side, side, pixels);
    }

    private static ModelManifest Manifest(FaceStatistics? statistics) => new()
    {
        Format = ModelManifest.FormatName, FormatVersion = 1, Backbone = "mobilefacenet", Width = 64, EmbeddingSize = 2, Trunk = "", Preprocessing = Preprocessing.Standard,
        Graphs = new ModelGraphs(new StoredWeights("weights.bin", "weights.json"), []), FaceStatistics = statistics is null ? null : [statistics], Files = new Dictionary<string, PackageFile>()
    };
}
