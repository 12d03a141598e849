using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Training;
using BTNet.Training.Quantization;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet quantize</c>.</summary>
internal static class QuantizeVerb
{
    private const int UsualImages = 256;

    public static Command Create(Terminal terminal)
    {
        var package = new Argument<string>("PACKAGE") { Description = "Folder that `export` wrote" };
        var faces = new Option<string>("--faces") { Description = "Folder of aligned faces like those that the model will see, to measure the ranges of its maps with", HelpName = "FOLDER", Required = true };
        var images = new Option<int>("--images") { Description = "How many of them are taken, from all over the folder; one in five only to compare with", HelpName = "N", DefaultValueFactory = _ => UsualImages };
        var ranges = new Option<RangeMethod>("--ranges") { Description = "How ranges are chosen", HelpName = "minmax|percentile|mse", DefaultValueFactory = _ => new QuantizationOptions().Ranges };
        var first = new Option<bool>("--first-in-floats") { Description = "Leave the convolution that sees the pixels in single precision" };
        var last = new Option<bool>("--last-in-floats") { Description = "Leave the product that makes the embedding in single precision" };
        var pairs = new Option<string[]>("--pairs", "-p") { Description = "Pair lists, each a fold, or an InsightFace .bin file: measures the accuracy of both precisions", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var root = new Option<string?>("--root") { Description = "Folder that the paths in pair lists start from; by default the first list's", HelpName = "DIR" };
        var resolutions = new Option<string?>("--resolutions") { Description = "Resolution pairs to measure at; by default 112x112, and 112xR and RxR for each R of 28, 14 and 7 that the model has", HelpName = "112x112,112x14,..." };
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        images.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var count) && count < 1) result.AddError($"--images {count} is too few; expected 1 or more, such as {UsualImages}");
        });
        var verb = new Verb(
            "quantize",
            "Adds networks in 8-bit integers to a model package, and tells how far their embeddings are from those in single precision.",
            "btnet quantize package --faces faces",
            "btnet quantize package --faces faces --pairs pairs-fold3.txt pairs-fold4.txt --root faces") { package, faces, images, ranges, first, last, pairs, root, resolutions, json };
        verb.SetAction(parsed =>
        {
            var skipped = new SkippedItems(terminal.Say);
            var directory = parsed.GetRequiredValue(package);
            var set = parsed.GetValue(pairs) is { Length: > 0 } files ? PairSets.Open(files, parsed.GetValue(root), skipped) : null;
            var wanted = parsed.GetValue(resolutions) is { } list ? ResolutionPair.ParseList(list) : null;
            // Before all work, and before the package is replaced.
            if (wanted is not null) RequireResolutions(directory, wanted);
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            var (outcome, count, reports) = ProgressDisplay.During(terminal, progress =>
            {
                var seen = FacesOfFolder.Load(parsed.GetRequiredValue(faces), parsed.GetValue(images), skipped, progress, interruption.Token);
                var done = ModelQuantization.Run(directory, seen, new QuantizationOptions { Ranges = parsed.GetValue(ranges), FirstInFloats = parsed.GetValue(first), LastInFloats = parsed.GetValue(last) }, progress, interruption.Token);
                return (done, seen.Count, set is null ? [] : Measure(directory, set, wanted, progress, skipped, interruption.Token));
            });
            if (parsed.GetValue(json)) ResultJson.Print(terminal, new { Package = outcome, Accuracy = reports.Count == 0 ? null : Accuracy(reports) });
            else Tell(terminal, outcome, count, reports);
            return ExitCode.After(skipped.Count);
        });
        return verb;
    }

    private static void RequireResolutions(string directory, IReadOnlyList<ResolutionPair> wanted)
    {
        var available = ModelPackage.Open(directory, verify: false).Resolutions;
        var lacking = wanted.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Where(side => !available.Contains(side)).Order().ToList();
        if (lacking.Count > 0) throw new InputException($"--resolutions asks for {string.Join(", ", lacking)}, which {directory} lacks; it has {string.Join(", ", available)}. Leave these out");
    }

    /// <summary>In single precision and in integers.</summary>
    private static List<PairReport> Measure(string directory, PairSet set, IReadOnlyList<ResolutionPair>? wanted, IProgress<WorkProgress> progress, SkippedItems skipped, CancellationToken cancellation)
    {
        List<PairReport> reports = [];
        foreach (var int8 in new[] { false, true })
        {
            using var embedder = FaceEmbedder.Load(directory, new FaceEmbedderOptions { Int8 = int8, Verify = false });
            var options = new PairOptions
            {
                Way = SmallFaceWay.Branch,
                Resolutions = wanted ?? [.. ResolutionPair.Usual.Where(pair => embedder.Resolutions.Contains(pair.First) && embedder.Resolutions.Contains(pair.Second))]
            };
            // What is broken is told once.
            reports.Add(PairProtocol.Run(embedder, set, options, progress, int8 ? null : skipped, cancellation));
        }

        return reports;
    }

    private static IEnumerable<object> Accuracy(List<PairReport> reports) => reports[1].Against(reports[0]).Select(compared => new
    {
        Pair = compared.Resolutions.ToString(), Fp32 = reports[0][compared.Resolutions].Accuracy.Mean, Int8 = reports[1][compared.Resolutions].Accuracy.Mean, Difference = compared.Difference.Accuracy,
        Low = compared.Difference.AccuracyInterval.Low, High = compared.Difference.AccuracyInterval.High
    });

    private static void Tell(Terminal terminal, QuantizationOutcome outcome, int faces, List<PairReport> reports)
    {
        terminal.Result(
            string.Create(CultureInfo.InvariantCulture, $"{outcome.Directory}: {outcome.Bytes / 1e6:0.0} MB in 8-bit integers beside {outcome.FloatBytes / 1e6:0.0} MB of weights in single precision"),
            ["resolution", "faces compared", "cosine, mean", "lowest"],
            [.. outcome.Checks.Select(IReadOnlyList<string> (check) => [check.Resolution.ToString(), check.Faces.ToString(CultureInfo.InvariantCulture), check.MeanCosine.ToString("0.0000", CultureInfo.InvariantCulture), check.LowestCosine.ToString("0.0000", CultureInfo.InvariantCulture)])],
            [string.Create(CultureInfo.InvariantCulture, $"Of embeddings in integers and in single precision. Ranges are those of {(outcome.Calibrated == faces ? "the same" : $"{outcome.Calibrated} other")} faces.")]);
        if (reports is [var floats, var integers]) terminal.Result(PairTable.Compare(floats, integers, "fp32", "int8"));
    }
}
