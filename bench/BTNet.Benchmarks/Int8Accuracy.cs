using System.CommandLine;
using System.Globalization;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Quantization;

namespace BTNet.Benchmarks;

/// <summary><c>int8-accuracy</c>: what 8-bit integers cost a model on pairs, by each way to choose ranges, with intervals that draw people and not pairs: in a
/// list of all pairs of some people the same faces occur again and again.</summary>
internal static class Int8Accuracy
{
    private const int Draws = 1000;

    public static Command Create()
    {
        var package = new Argument<string>("package") { Description = "Model package; it stays as it is" };
        var faces = new Option<string>("--faces") { Description = "Folder with a folder for each person, that pairs start from", Required = true };
        var people = new Option<string>("--people") { Description = "List of the people whose faces ranges are taken from", Required = true };
        var images = new Option<int>("--images") { Description = "How many of their faces", DefaultValueFactory = _ => 1500 };
        var pairs = new Option<string[]>("--pairs") { Description = "Pair lists", Required = true, AllowMultipleArgumentsPerToken = true };
        var ranges = new Option<RangeMethod[]>("--ranges") { Description = "Ways to choose ranges", DefaultValueFactory = _ => Enum.GetValues<RangeMethod>(), AllowMultipleArgumentsPerToken = true };
        var command = new Command("int8-accuracy", "Accuracy in single precision and in 8-bit integers, with intervals that draw people.") { package, faces, people, images, pairs, ranges };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(package), parsed.GetRequiredValue(faces), parsed.GetRequiredValue(people), parsed.GetValue(images), parsed.GetRequiredValue(pairs), parsed.GetRequiredValue(ranges)));
        return command;
    }

    private static void Run(string package, string folder, string people, int images, string[] lists, RangeMethod[] ranges)
    {
        string[] files = [.. File.ReadLines(people).Where(name => name.Length > 0).SelectMany(name => PictureFiles.Find([Path.Combine(folder, name)]))];
        images = Math.Min(images, files.Length);
        FaceImage[] seen = [.. Enumerable.Range(0, images).Select(i => FaceDecoder.DecodeFile(files[(int)((long)i * files.Length / images)]))];
        var set = PairSets.Open(lists, folder);
        var options = new PairOptions { Way = SmallFaceWay.Branch, Resolutions = [.. ResolutionPair.Usual.Where(pair => Has(package, pair))] };
        PairReport floats;
        using (var embedder = FaceEmbedder.Load(package)) floats = PairProtocol.Run(embedder, set, options);
        Console.WriteLine($"{set.Pairs.Count} pairs of {set.Images.Count} faces; ranges from {images} faces of others");
        Console.WriteLine("| ranges | pair | fp32, % | int8 less fp32, points | interval by people | by pairs | mean cosine |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (var method in ranges)
        {
            var copy = Directory.CreateTempSubdirectory("btnet-int8-accuracy-");
            try
            {
                Copy(package, copy.FullName);
                var outcome = ModelQuantization.Run(copy.FullName, seen, new QuantizationOptions { Ranges = method });
                using var embedder = FaceEmbedder.Load(copy.FullName, new FaceEmbedderOptions { Int8 = true, Verify = false });
                var integers = PairProtocol.Run(embedder, set, options);
                foreach (var (resolutions, difference) in integers.Against(floats))
                {
                    var (before, after) = (floats[resolutions].Accuracy, integers[resolutions].Accuracy);
                    var gains = Enumerable.Range(0, integers.Evaluated.Count).Select(i => (after.Correct[i] ? 1 : 0) - (before.Correct[i] ? 1 : 0)).ToArray();
                    var (low, high) = PeopleBootstrap.Interval(gains, [.. integers.Evaluated.Select(pair => (Person(set, set.Pairs[pair].First), Person(set, set.Pairs[pair].Second)))], Draws, seed: 1);
                    var cosine = outcome.Checks.Single(check => check.Resolution == resolutions.Second).MeanCosine;
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {method} | {resolutions} | {100 * before.Mean:F2} | {100 * difference.Accuracy:+0.00;-0.00;0.00} | {100 * low:+0.00;-0.00;0.00} to {100 * high:+0.00;-0.00;0.00} | {100 * difference.AccuracyInterval.Low:+0.00;-0.00;0.00} to {100 * difference.AccuracyInterval.High:+0.00;-0.00;0.00} | {cosine:F4} |"));
                }
            }
            finally
            {
                copy.Delete(recursive: true);
            }
        }
    }

    private static string Person(PairSet set, int image) => Path.GetDirectoryName(set.Images[image].Name)!;

    private static bool Has(string package, ResolutionPair pair)
    {
        var resolutions = ModelPackage.Open(package, verify: false).Resolutions;
        return resolutions.Contains(pair.First) && resolutions.Contains(pair.Second);
    }

    private static void Copy(string package, string folder)
    {
        foreach (var file in ModelPackage.Open(package).Manifest.Files.Keys.Append(ModelPackage.ManifestFile))
        {
            var target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(package, file), target);
        }
    }
}
