using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Matching;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Tests.Matching;

public sealed class FaceQualityTests
{
    private static readonly CalibrationTable Table = new(Strangers.Networks, [Strangers.Calibrate(40, draws: 20)], [Strangers.Quality(112, 2, leastDetail: 0.001), Strangers.Quality(28, 1, leastDetail: 0.005), Strangers.Quality(14, -1)]);

    [Fact]
    public void A_real_face_that_was_reduced_and_enlarged_again_is_worth_no_more_than_the_smaller_size()
    {
        var folder = SharedData.Require("lfw", "faces", "Aaron_Sorkin");
        var face = FaceDecoder.DecodeFile(Directory.GetFiles(folder)[0]);
        var blurred = FaceResizer.Resize(FaceResizer.Resize(face, 20, 20), 112, 112);

        Assert.True(FaceDetail.Of(blurred, Resolution.Full) < FaceDetail.Of(face, Resolution.Full) / 10);
        var (sharp, soft) = (Of(face, 112), Of(blurred, 112));
        Assert.Equal((112, 112), (sharp.Resolution.Side, sharp.Seen.Side));
        Assert.True(soft.Seen.Side < 112 && soft.Usefulness < sharp.Usefulness);
    }

    [Fact]
    public void What_the_shipped_model_calls_useful_is_found_more_often()
    {
        var faces = SharedData.Require("lfw", "faces");
        using var embedder = FaceEmbedder.Load(Path.Combine(Repository.Root, "models", "faces"));
        var table = CalibrationTable.Parse(embedder.Package.Manifest.Calibration!.Value, "models/faces", embedder.Package.Networks);
        // Of people of the development folds the first image is enrolled, the second searched for: as it is, made small, and made small and enlarged again.
        string[] people = [.. File.ReadLines(SharedData.Require("lfw", "openset-mated.txt")).Select(line => line.Split('/')[0]).Distinct().Take(60)];
        string Image(string person, int which) => Path.Combine(faces, person, $"{person}_000{which}.jpg");
        var enrolled = embedder.Embed([.. people.Select(person => FaceDecoder.DecodeFile(Image(person, 1)))]);
        var searched = people.Select((person, i) => FaceDecoder.DecodeFile(Image(person, 2)) is var face && i % 3 == 0 ? face : i % 3 == 1 ? FaceResizer.Resize(face, 14, 14) : FaceResizer.Resize(FaceResizer.Resize(face, 14, 14), 112, 112)).ToList();
        var seen = embedder.Embed(searched);
        var judged = seen.Select((embedding, i) => (Quality: FaceQuality.Of(searched[i], embedding, table), Score: embedding.Similarity(enrolled[i]), Kind: i % 3)).ToList();

        // Enlarged faces are told by their sharpness, and no native one is.
        Assert.All(judged.Where(one => one.Kind == 2), one => Assert.True(one.Quality.Seen < one.Quality.Resolution));
        Assert.InRange(judged.Count(one => one.Kind == 0 && one.Quality.Seen < one.Quality.Resolution), 0, 2);
        var ordered = judged.OrderByDescending(one => one.Quality.Usefulness).ToList();
        Assert.True(ordered.Take(20).Average(one => one.Score) > ordered.Skip(40).Average(one => one.Score) + 0.1);
        Assert.True(judged.Where(one => one.Kind == 0).Average(one => one.Quality.Usefulness) > judged.Where(one => one.Kind == 2).Average(one => one.Quality.Usefulness) + 0.2);
    }

    [Fact]
    public void Usefulness_rises_with_the_length_of_the_embedding_and_with_the_resolution()
    {
        var face = new FaceImage(112, 112, SyntheticNoise());

        Assert.Equal(1 / (1 + Math.Exp(-2)), Of(face, 112, norm: 4).Usefulness, 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(-(2 + (2 * Math.Log(1.5))))), Of(face, 112, norm: 6).Usefulness, 1e-6);
        Assert.True(Of(face, 112).Usefulness > Of(face, 28).Usefulness && Of(face, 28).Usefulness > Of(face, 14).Usefulness);
        Assert.Equal(1.5, Of(face, 112, norm: 6).RelativeNorm, 1e-6);
    }

    [Fact]
    public void A_resolution_without_a_measure_is_refused() =>
        Assert.Contains("faces of 7 pixels", Assert.Throws<InputException>(() => Of(new FaceImage(7, 7, new byte[147]), 7)).Message, StringComparison.Ordinal);

    [Fact]
    public void One_colour_has_no_detail_and_a_chessboard_has_nothing_else()
    {
        Assert.Equal(0, FaceDetail.Of(new FaceImage(28, 28, new byte[3 * 28 * 28]), Resolution.Of(28)));
        var board = new FaceImage(28, 28, [.. Enumerable.Range(0, 28 * 28).SelectMany(i => Enumerable.Repeat((byte)(((i % 28) + (i / 28)) % 2 * 255), 3))]);
        Assert.InRange(FaceDetail.Of(board, Resolution.Of(28)), 0.9, 1.1);
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceDetail.Of(board, Resolution.Of(7)));
    }

    [Fact]
    public void Lengths_that_tell_nothing_are_not_heeded_and_those_that_do_are()
    {
        var random = new Random(1);
        List<(double Norm, bool Found, int Person)> searches = [.. Enumerable.Range(0, 400).Select(i => (3 + random.NextDouble(), random.NextDouble() < 0.7, i / 2))];
        var blind = QualityCalibration.Fit(Resolution.Full, searches, [.. searches.Select(search => search.Norm)], 0.01, 0.01, 1000)!;
        var telling = QualityCalibration.Fit(Resolution.Full, [.. searches.Select(search => search with { Found = search.Norm + (0.3 * random.NextDouble()) > 3.6 })], [.. searches.Select(search => search.Norm)], 0.01, 0.01, 1000)!;

        Assert.Equal(0, blind.Slope);
        Assert.Equal(0.7, blind.UsefulnessAt(1), 0.06);
        Assert.True(telling.Slope > 5 && telling.UsefulnessAt(4) > 0.9 && telling.UsefulnessAt(3) < 0.2);
        Assert.Null(QualityCalibration.Fit(Resolution.Full, searches[..30], [1, 2], 0, 0.01, 1000));
    }

    private static FaceQuality Of(FaceImage face, int branch, float norm = 4) =>
        FaceQuality.Of(face, new FaceEmbedding([norm, 0], new BranchChoice(Resolution.Of(branch), face.Width, face.Height, null, null)), Table);

    private static byte[] SyntheticNoise()
    {
        var pixels = new byte[3 * 112 * 112];
        new Random(1).NextBytes(pixels);
        return pixels;
    }
}
