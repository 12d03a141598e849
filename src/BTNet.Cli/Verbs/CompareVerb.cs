using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Embedding;
using BTNet.Cli.Output;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet compare</c>.</summary>
internal static class CompareVerb
{
    /// <summary>What people can look through; more is what `embed` is for.</summary>
    private const int MostPairs = 1_000_000;

    private const string WhatACosineIs = "The cosine of two embeddings, -1 to 1; higher is more alike. ";

    private const string Calibrated = WhatACosineIs + "This model has a calibration (calibration in its btnet.json), which is not applied here.";

    private const string NotCalibrated = WhatACosineIs + "This model has no calibrated threshold, so from which score on two faces are one person's is not known: it differs with the model and the size of the faces.";

    public static Command Create(Terminal terminal)
    {
        var first = new Argument<string>("A") { Description = "An aligned face of any size, or a folder of them" };
        var second = new Argument<string>("B") { Description = "The same; each of A is compared with each of B" };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var choices = new EmbedderChoices();
        var verb = new Verb(
            "compare",
            "Says how alike two faces are, whatever their sizes: the cosine of their embeddings, each by the branch for its size.",
            "btnet compare one.jpg other.jpg",
            "btnet compare one.jpg other.jpg --model package",
            "btnet compare one.jpg faces --model package --json") { first, second };
        choices.AddTo(verb);
        verb.Add(json);
        verb.SetAction(parsed =>
        {
            using var embedder = choices.Open(terminal, parsed, choices.For(parsed));
            var (a, b) = (PictureFiles.Find([parsed.GetRequiredValue(first)]), PictureFiles.Find([parsed.GetRequiredValue(second)]));
            if ((long)a.Count * b.Count > MostPairs) throw new InputException($"{a.Count:N0} pictures against {b.Count:N0} are more than the {MostPairs:N0} pairs that are compared at once; give fewer, or `btnet embed` both and compare their embeddings");
            var skipped = new SkippedItems(terminal.Say);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var faces = ProgressDisplay.During(terminal, progress => Faces(embedder, [.. a.Union(b, StringComparer.Ordinal)], skipped, progress, interruption.Token));
            var (one, other) = (Of(a), Of(b));
            if (one.Count == 0 || other.Count == 0) throw new InputException($"nothing can be compared: no picture of {parsed.GetRequiredValue(one.Count == 0 ? first : second)} can be read");
            Tell(terminal, parsed.GetValue(json), one, other, skipped.Count, embedder.Package.Manifest.Calibration is not null);
            return ExitCode.After(skipped.Count);

            List<ComparedFace> Of(IEnumerable<string> paths) => [.. paths.Select(path => faces.GetValueOrDefault(path)).OfType<ComparedFace>()];
        });
        return verb;
    }

    private static Dictionary<string, ComparedFace> Faces(FaceEmbedder embedder, string[] pictures, SkippedItems skipped, ProgressDisplay progress, CancellationToken cancellation)
    {
        var check = new FaceCheck(embedder.Package.Manifest);
        var faces = new Dictionary<string, ComparedFace>(StringComparer.Ordinal);
        foreach (var path in pictures)
        {
            if (PictureFault.Decode(path, skipped) is { } face)
            {
                var embedding = embedder.Embed(face, cancellation);
                faces[path] = new ComparedFace(path, embedding, check.Doubt(face, embedding.Branch, embedding.Values));
            }

            progress.Report(new WorkProgress("embedding", faces.Count + skipped.Count, pictures.Length, "pictures"));
        }

        return faces;
    }

    private static void Tell(Terminal terminal, bool json, List<ComparedFace> one, List<ComparedFace> other, int skipped, bool calibrated)
    {
        var pairs = one.SelectMany(a => other.Select(b => (A: a, B: b, Cosine: a.Embedding.Similarity(b.Embedding))));
        var about = calibrated ? Calibrated : NotCalibrated;
        if (json)
        {
            ResultJson.Print(terminal, new { Pairs = pairs.Select(pair => new { A = pair.A.Path, B = pair.B.Path, pair.Cosine }), Faces = one.Union(other).Select(face => face.ForJson()), Skipped = skipped, Calibrated = calibrated });
            return;
        }

        if (one is [var left] && other is [var right])
        {
            terminal.Result(string.Create(CultureInfo.InvariantCulture, $"cosine {left.Embedding.Similarity(right.Embedding):0.0000}"));
            foreach (var face in (ComparedFace[])[left, right]) terminal.Result(string.Create(CultureInfo.InvariantCulture, $"  {face.Path}: {face.Embedding.Choice}; norm {face.Embedding.Norm:0.0}"));
            terminal.Result(about);
        }
        else
        {
            terminal.Result($"{one.Count} x {other.Count} faces", ["A", "B", "branches", "cosine"], [.. pairs.Select(IReadOnlyList<string> (pair) =>
                [pair.A.Path, pair.B.Path, $"{pair.A.Embedding.Branch}x{pair.B.Embedding.Branch}", pair.Cosine.ToString("0.0000", CultureInfo.InvariantCulture)])], [about]);
        }

        foreach (var face in one.Union(other).Where(face => face.Warning is not null)) terminal.Say($"{face.Path}: {face.Warning}");
    }

    private sealed record ComparedFace(string Path, FaceEmbedding Embedding, string? Warning)
    {
        public object ForJson() => new { Path, Embedding.Choice.Width, Embedding.Choice.Height, Embedding.Branch, Why = Embedding.Choice.ToString(), Embedding.Norm, Warning };
    }
}
