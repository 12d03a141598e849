using System.CommandLine;
using System.Globalization;
using BTNet.Faces;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Tests.Data;

namespace BTNet.Benchmarks;

/// <summary><c>records</c>: a training set of drawn people in InsightFace's layout, as large as a real one, to see what a
/// recipe for that takes.</summary>
internal static class SyntheticRecords
{
    private const int JpegQuality = 90;

    public static Command Create()
    {
        var output = new Argument<DirectoryInfo>("folder") { Description = "Receives train.rec, train.idx and property" };
        var identities = new Option<int>("--identities") { Description = "People; MS1MV3 has 93,431", DefaultValueFactory = _ => 93_431 };
        var images = new Option<int>("--images") { Description = "Pictures of each", DefaultValueFactory = _ => 1 };
        var command = new Command("records", "Writes a training set of drawn people in InsightFace's RecordIO layout.") { output, identities, images };
        command.SetAction(parsed => Write(parsed.GetRequiredValue(output), parsed.GetRequiredValue(identities), parsed.GetRequiredValue(images)));
        return command;
    }

    private static void Write(DirectoryInfo folder, int identities, int images)
    {
        var faces = new RenderedSource(seed: 1, identities, images);
        var pictures = new byte[faces.Count][];
        var drawn = 0;
        Parallel.For(0, faces.Count, item =>
        {
            pictures[item] = FaceEncoder.EncodeJpeg(faces.Load(item), JpegQuality);
            if (Interlocked.Increment(ref drawn) % 10_000 == 0) Console.Error.WriteLine($"{drawn} of {faces.Count} pictures drawn");
        });
        folder.Create();
        RecordIoWriter.InsightFace([.. pictures.Select((picture, item) => (picture, (float[])[faces.LabelOf(item)]))], identities)
            .Save(folder.FullName, property: string.Create(CultureInfo.InvariantCulture, $"{identities},112,112"));
    }
}
