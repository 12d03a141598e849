using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Tests.Inference;

public sealed class FaceCheckTests
{
    [Fact]
    public void An_embedding_shorter_than_those_of_faces_is_doubted_with_the_figures()
    {
        var check = new FaceCheck(Manifest(new FaceStatistics(14, 200, 10, 6)));
        Assert.Null(check.Doubt(Resolution.Of(14), [6, 0]));
        var doubt = check.Doubt(Resolution.Of(14), [3, 4]);
        Assert.Equal("may be no upright, aligned face: its embedding's length is 5.0, faces have 10.0, 99 in 100 of them 6.0 or more", doubt);
    }

    [Fact]
    public void A_model_that_does_not_know_of_faces_has_nothing_to_say()
    {
        Assert.Null(new FaceCheck(Manifest(null)).Doubt(Resolution.Full, [0, 0]));
        Assert.Null(new FaceCheck(Manifest(new FaceStatistics(14, 200, 10, 6))).Doubt(Resolution.Full, [0, 0]));
    }

    [Fact]
    public void With_a_recogniser_of_millions_of_faces_noise_and_turned_faces_are_doubted_and_faces_are_not()
    {
        using var recogniser = new SharedRecogniser();
        var faces = Faces("calibration-identities.txt", 200);
        var norms = faces.Select(recogniser.Embed).Select(SharedRecogniser.Norm).Order().ToList();
        var check = new FaceCheck(Manifest(new FaceStatistics(112, norms.Count, norms[norms.Count / 2], norms[norms.Count / 100])));
        double Doubted(IEnumerable<FaceImage> pictures) => pictures.Average(picture => check.Doubt(Resolution.Full, recogniser.Embed(picture)) is null ? 0.0 : 1);

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
