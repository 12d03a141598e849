using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Export;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Benchmarks;

/// <summary><c>face-check</c>: how many faces, and how many pictures of something else, are doubted by the length of their embeddings and by their pixels.</summary>
internal static class FaceCheckMeasurement
{
    private const int Full = 112;

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A checkpoint, which is exported with the known people's faces; or the ONNX graph of a recogniser of 112 pixels that takes ImageNet's mean and deviation" };
        var faces = new Argument<string>("faces") { Description = "Aligned faces of 112 pixels, a folder a person" };
        var known = new Argument<string>("known") { Description = "List of the people whose faces say what is usual" };
        var others = new Argument<string>("others") { Description = "List of other people, whose faces are looked at and spoilt" };
        var photos = new Argument<string>("photos") { Description = "Folder of whole photographs with their landmarks.csv, for what is beside the faces" };
        var most = new Option<int>("--most") { Description = "Faces of the known people that are taken", DefaultValueFactory = _ => 2000 };
        var command = new Command("face-check", "How many faces, and how many pictures of something else, are doubted by the length of the embedding and by the pixels.") { model, faces, known, others, photos, most };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(model), Spread(Faces(parsed.GetRequiredValue(faces), parsed.GetRequiredValue(known), all: true), parsed.GetValue(most)),
            Faces(parsed.GetRequiredValue(faces), parsed.GetRequiredValue(others), all: false), parsed.GetRequiredValue(photos)));
        return command;
    }

    private static void Run(string model, FaceImage[] known, FaceImage[] others, string folder)
    {
        var random = new Random(1);
        var usual = others.Take(200).ToArray();
        var table = LandmarkFile.Read(Path.Combine(folder, "landmarks.csv"));
        (FaceImage Photo, FaceLandmarks Points)[] photos = [.. PictureFiles.Find([folder]).SelectMany(path => table[Path.GetFileName(path)].Take(1).Select(points => (FaceDecoder.DecodeFile(path), points)))];
        (string What, FaceImage[] Pictures)[] kinds =
        [
            ("other people's faces", others),
            ("noise", [.. Enumerable.Range(0, 100).Select(_ => Noise(random, Full))]),
            ("smooth noise", [.. Enumerable.Range(0, 100).Select(_ => FaceResizer.Resize(Noise(random, 8), Full, Full))]),
            ("one colour", [.. Enumerable.Range(0, 100).Select(_ => FaceResizer.Resize(Noise(random, 1), Full, Full))]),
            ("shifted 15 %", [.. usual.Select((face, i) => Moved(face, (x, y) => (x + (i % 2 == 0 ? 17 : -17), y)))]),
            ("shifted 30 % sideways", [.. usual.Select((face, i) => Moved(face, (x, y) => (x + (i % 2 == 0 ? 34 : -34), y)))]),
            ("shifted 30 % up or down", [.. usual.Select((face, i) => Moved(face, (x, y) => (x, y + (i % 2 == 0 ? 34 : -34))))]),
            ("upside down", [.. usual.Select(face => Moved(face, (x, y) => (Full - 1 - x, Full - 1 - y)))]),
            ("quarter turned", [.. usual.Select(face => Moved(face, (x, y) => (y, Full - 1 - x)))]),
            ("corners of photographs", [.. photos.SelectMany(one => new[] { (0, 0), (one.Photo.Width - 60, 0), (0, one.Photo.Height - 60), (one.Photo.Width - 60, one.Photo.Height - 60) }.Select(at => Cut(one.Photo, at.Item1, at.Item2, 60)))]),
            ("whole photographs", [.. photos.Select(one => one.Photo)]),
            ("cut from photographs, right", Aligned(0, 0, 0, 1)),
            ("shifted 15 %", [.. Aligned(0.15, 0, 0, 1), .. Aligned(-0.15, 0, 0, 1), .. Aligned(0, 0.15, 0, 1), .. Aligned(0, -0.15, 0, 1)]),
            ("shifted 30 %", [.. Aligned(0.3, 0, 0, 1), .. Aligned(-0.3, 0, 0, 1), .. Aligned(0, 0.3, 0, 1), .. Aligned(0, -0.3, 0, 1)]),
            ("turned by 30 degrees", [.. Aligned(0, 0, Math.PI / 6, 1), .. Aligned(0, 0, -Math.PI / 6, 1)]),
            ("turned by 90 degrees", [.. Aligned(0, 0, Math.PI / 2, 1), .. Aligned(0, 0, -Math.PI / 2, 1)]),
            ("turned by 180 degrees", Aligned(0, 0, Math.PI, 1)),
            ("1.6 times as large", Aligned(0, 0, 0, 1 / 1.6)),
            ("1.6 times as small", Aligned(0, 0, 0, 1.6))
        ];
        using var embedder = Directory.Exists(model) ? Exported(model, known) : null;
        var (embed, sides, manifest) = embedder is null ? Foreign(model, known) : (face => embedder.Embed([face], Resolution.Of(face.Width)).Values.ToArray(), [.. embedder.Resolutions.Select(resolution => resolution.Side)], embedder.Package.Manifest);
        var byNorm = new FaceCheck(manifest with { FaceAppearance = null, FaceStatistics = [.. manifest.FaceStatistics!.Select(statistics => statistics with { NonFacesBelow = null })] });
        var both = new FaceCheck(manifest);
        Console.WriteLine($"from {known.Length} faces; lengths tell at {string.Join(", ", manifest.FaceStatistics!.Where(statistics => statistics.NormTells).Select(statistics => statistics.Resolution).DefaultIfEmpty())}");
        Console.WriteLine($"| picture | number | {string.Join(" | ", sides.Select(side => $"{side}: length alone, % | {side}: as warned, %"))} |");
        Console.WriteLine($"| --- | ---: |{string.Concat(sides.Select(_ => " ---: | ---: |"))}");
        foreach (var (what, pictures) in kinds)
        {
            var shares = sides.SelectMany(side =>
            {
                var seen = pictures.Select(picture => FaceResizer.Resize(picture, side, side)).Select(picture => (Picture: picture, Embedding: embed(picture))).ToList();
                return ((FaceCheck[])[byNorm, both]).Select(check => (100 * seen.Average(one => check.Doubt(one.Picture, Resolution.Of(side), one.Embedding) is { } doubt && (check == both || doubt.Contains("length", StringComparison.Ordinal)) ? 1.0 : 0)).ToString("F1", CultureInfo.InvariantCulture));
            });
            Console.WriteLine($"| {what} | {pictures.Length} | {string.Join(" | ", shares)} |");
        }

        FaceImage[] Aligned(double right, double down, double turn, double size) => [.. photos.Select(one => FaceAligner.Align(one.Photo, Displaced(one.Points, right, down, turn, size), Full))];
    }

    /// <summary>The points of a face that a detector has put elsewhere: by shares of the face's side, radians, and times as far apart.</summary>
    private static FaceLandmarks Displaced(FaceLandmarks face, double right, double down, double turn, double size)
    {
        var (middle, side) = (new ImagePoint(face.Points.Average(point => point.X), face.Points.Average(point => point.Y)), FaceAligner.SizeOf(face));
        var (sine, cosine) = Math.SinCos(turn);
        var moved = face.Points.Select(point => (X: point.X - middle.X, Y: point.Y - middle.Y))
            .Select(point => new ImagePoint(middle.X + (right * side) + (size * ((cosine * point.X) - (sine * point.Y))), middle.Y + (down * side) + (size * ((sine * point.X) + (cosine * point.Y))))).ToArray();
        return new FaceLandmarks(moved[0], moved[1], moved[2], moved[3], moved[4]);
    }

    private static FaceEmbedder Exported(string checkpoint, FaceImage[] known)
    {
        var package = Directory.CreateTempSubdirectory("btnet-face-check-").FullName;
        try
        {
            ModelExport.Run(new ModelDirectory(checkpoint), package, known, new ExportOptions { FacesAreReal = true });
            var embedder = FaceEmbedder.Load(package);
            // Networks are made ready when a face first needs them, and the files are wanted until then.
            foreach (var resolution in embedder.Resolutions) embedder.Embed([new FaceImage(resolution.Side, resolution.Side, new byte[3 * resolution.Side * resolution.Side])], resolution);
            return embedder;
        }
        finally
        {
            Directory.Delete(package, recursive: true);
        }
    }

    private static (Func<FaceImage, float[]> Embed, int[] Sides, ModelManifest Manifest) Foreign(string model, FaceImage[] known)
    {
        var session = new InferenceSession(model);
        // Smaller faces are enlarged again.
        int[] sides = [Full, 28, 14];
        float[] Of(FaceImage face) => Embed(session, FaceResizer.Resize(face, Full, Full));
        var statistics = sides.Select(side =>
        {
            var norms = Spread(known, 600).Select(face => TensorPrimitives.Norm<float>(Of(FaceResizer.Resize(face, side, side)))).Order().ToList();
            return new FaceStatistics(side, norms.Count, norms[norms.Count / 2], norms[norms.Count / 100]);
        });
        return (Of, sides, new ModelManifest
        {
            Format = ModelManifest.FormatName, FormatVersion = ModelManifest.NewestFormatVersion, Backbone = "foreign", Width = 1, EmbeddingSize = 1, Trunk = "", Preprocessing = Preprocessing.Standard,
            Graphs = new ModelGraphs(new StoredWeights("", ""), []), Files = new Dictionary<string, PackageFile>(StringComparer.Ordinal),
            FaceStatistics = [.. statistics], FaceAppearance = AppearanceFit.Of(known, [.. sides.Select(Resolution.Of)])
        });
    }

    private static float[] Embed(InferenceSession session, FaceImage face)
    {
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f], pixels = new float[3 * Full * Full];
        for (var i = 0; i < pixels.Length; i++) pixels[(i % 3 * Full * Full) + (i / 3)] = ((face.Pixels[i] / 255f) - mean[i % 3]) / deviation[i % 3];
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, Full, Full]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [session.InputMetadata.Keys.Single()], [input], [session.OutputMetadata.Keys.First()]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static FaceImage[] Faces(string folder, string list, bool all) =>
    [
        .. File.ReadLines(list).Where(line => line.Length > 0)
            .SelectMany(person => Directory.GetFiles(Path.Combine(folder, person)).Order(StringComparer.Ordinal).Take(all ? int.MaxValue : 1)).Select(FaceDecoder.DecodeFile)
    ];

    private static FaceImage[] Spread(FaceImage[] faces, int most) => [.. Enumerable.Range(0, Math.Min(most, faces.Length)).Select(i => faces[(int)((long)i * faces.Length / Math.Min(most, faces.Length))])];

    private static FaceImage Noise(Random random, int side)
    {
        var pixels = new byte[3 * side * side];
        random.NextBytes(pixels);
        return new FaceImage(side, side, pixels);
    }

    /// <summary>Each pixel from another place; what lies outside is the nearest at the border.</summary>
    private static FaceImage Moved(FaceImage face, Func<int, int, (int X, int Y)> from)
    {
        var pixels = new byte[3 * Full * Full];
        for (var i = 0; i < Full * Full; i++)
        {
            var (x, y) = from(i % Full, i / Full);
            face.Pixels.Slice(3 * ((Math.Clamp(y, 0, Full - 1) * Full) + Math.Clamp(x, 0, Full - 1)), 3).CopyTo(pixels.AsSpan(3 * i));
        }

        return new FaceImage(Full, Full, pixels);
    }

    private static FaceImage Cut(FaceImage photo, int left, int top, int side)
    {
        var pixels = new byte[3 * side * side];
        for (var y = 0; y < side; y++) photo.Pixels.Slice(3 * (((top + y) * photo.Width) + left), 3 * side).CopyTo(pixels.AsSpan(3 * side * y));
        return new FaceImage(side, side, pixels);
    }
}
