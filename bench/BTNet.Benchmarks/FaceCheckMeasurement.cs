using System.CommandLine;
using System.Globalization;
using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Resolutions;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Benchmarks;

/// <summary><c>face-check</c>: of faces and of what is none, how many have an embedding shorter than 99 in 100 of other people's faces.</summary>
internal static class FaceCheckMeasurement
{
    private const int Full = 112;

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "A model package; or the ONNX graph of a recogniser of 112 pixels that takes ImageNet's mean and deviation" };
        var faces = new Argument<string>("faces") { Description = "Aligned faces of 112 pixels, a folder a person" };
        var known = new Argument<string>("known") { Description = "List of the people whose faces say what is usual" };
        var others = new Argument<string>("others") { Description = "List of other people, whose faces are looked at and spoilt" };
        var photos = new Argument<string>("photos") { Description = "Whole photographs, for what is in their corners" };
        var command = new Command("face-check", "How many faces, and how many pictures of something else, the length of the embedding casts doubt on.") { model, faces, known, others, photos };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(model), Faces(parsed.GetRequiredValue(faces), parsed.GetRequiredValue(known)), Faces(parsed.GetRequiredValue(faces), parsed.GetRequiredValue(others)),
            [.. PictureFiles.Find([parsed.GetRequiredValue(photos)]).Select(FaceDecoder.DecodeFile)]));
        return command;
    }

    private static void Run(string model, FaceImage[] known, FaceImage[] others, FaceImage[] photos)
    {
        var random = new Random(1);
        var usual = others.Take(200).ToArray();
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
            ("corners of photographs", [.. photos.SelectMany(photo => new[] { (0, 0), (photo.Width - 60, 0), (0, photo.Height - 60), (photo.Width - 60, photo.Height - 60) }.Select(at => Cut(photo, at.Item1, at.Item2, 60)))]),
            ("whole photographs", photos)
        ];
        var (embed, sides) = Open(model);
        Console.WriteLine($"| picture | number | {string.Join(" | ", sides.Select(side => $"doubted at {side}, %"))} |");
        Console.WriteLine($"| --- | ---: |{string.Concat(sides.Select(_ => " ---: |"))}");
        var lows = sides.ToDictionary(side => side, side => Norms(embed, known, side).Order().ElementAt(known.Length / 100));
        foreach (var (what, pictures) in kinds)
        {
            var shares = sides.Select(side => (100 * Norms(embed, pictures, side).Average(norm => norm < lows[side] ? 1.0 : 0)).ToString("F1", CultureInfo.InvariantCulture));
            Console.WriteLine($"| {what} | {pictures.Length} | {string.Join(" | ", shares)} |");
        }
    }

    private static IEnumerable<float> Norms(Func<FaceImage, float[]> embed, FaceImage[] pictures, int side) => pictures.Select(picture => TensorPrimitives.Norm<float>(embed(FaceResizer.Resize(picture, side, side))));

    private static (Func<FaceImage, float[]> Embed, int[] Sides) Open(string model)
    {
        if (Directory.Exists(model))
        {
            var embedder = FaceEmbedder.Load(model);
            return (face => embedder.Embed([face], Resolution.Of(face.Width)).Values.ToArray(), [.. embedder.Resolutions.Select(resolution => resolution.Side)]);
        }

        var session = new InferenceSession(model);
        // Smaller faces are enlarged again.
        return (face => Embed(session, FaceResizer.Resize(face, Full, Full)), [Full, 28, 14]);
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

    private static FaceImage[] Faces(string folder, string list) =>
        [.. File.ReadLines(list).Where(line => line.Length > 0).Select(person => FaceDecoder.DecodeFile(Directory.GetFiles(Path.Combine(folder, person)).Order(StringComparer.Ordinal).First()))];

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
