using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Native;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Benchmarks;

/// <summary><c>embedding</c>: faces a second and time of a single one at each resolution: the network exported operator by operator on ONNX
/// Runtime with its defaults, torch, the two modes of <see cref="FaceEmbedder"/> and its 8-bit integers, in turn within one process.</summary>
internal static class EmbeddingBenchmark
{
    /// <summary>Untrained weights have no accuracy to lose.</summary>
    private const int CalibrationFaces = 8;

    private static readonly string[] Sides = ["reference", "torch", "shared", "fast", "int8", "fast, a caller a core"];

    public static Command Create()
    {
        var networks = new Option<string[]>("--networks") { Description = "Backbones and widths", DefaultValueFactory = _ => ["iresnet18:64", "iresnet50:64", "mobilefacenet:64"], AllowMultipleArgumentsPerToken = true };
        var batches = new Option<int[]>("--batches") { Description = "Faces at once", DefaultValueFactory = _ => [1, 8, 32], AllowMultipleArgumentsPerToken = true };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, of which the median counts", DefaultValueFactory = _ => 5 };
        var seconds = new Option<double>("--seconds") { Description = "How long a side works in a round", DefaultValueFactory = _ => 0.5 };
        var command = new Command("embedding", "Faces a second at each resolution, beside ONNX Runtime's defaults and torch.") { networks, batches, rounds, seconds };
        command.SetAction(parsed =>
        {
            GlibcMemory.KeepForReuse();
            Console.WriteLine($"{Environment.ProcessorCount} cores, ONNX Runtime {OrtEnv.Instance().GetVersionString()}");
            Console.WriteLine();
            Console.WriteLine($"| network | pixels | batch | {string.Join(" | ", Sides.Select(side => $"{side} faces/s"))} | fast / reference | fast / torch | shared / reference | int8 / fast | fast, ms a batch | int8, ms a batch |");
            Console.WriteLine($"| --- | {string.Join(" | ", Enumerable.Repeat("---:", Sides.Length + 8))} |");
            foreach (var network in parsed.GetRequiredValue(networks))
                Network(network, parsed.GetRequiredValue(batches), parsed.GetRequiredValue(rounds), parsed.GetRequiredValue(seconds));
        });
        return command;
    }

    private static void Network(string network, int[] batches, int rounds, double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("btnet-embedding-").FullName;
        try
        {
            var package = ModelPackage.Open(RandomPackages.Make(network, folder).Directory, verify: false);
            ModelQuantization.Run(package.Directory, [.. Enumerable.Range(0, CalibrationFaces).Select(new RenderedSource(1, CalibrationFaces, 1).Load)]);
            package = ModelPackage.Open(package.Directory, verify: false);
            using var torch = TorchEmbedder.Load(new ModelDirectory(Path.Combine(folder, "checkpoint")));
            var greatest = batches.Max();
            using var fast = Load(package, InferenceMode.Fast, greatest);
            using var shared = Load(package, InferenceMode.Shared, greatest);
            using var int8 = FaceEmbedder.Load(package.Directory, new FaceEmbedderOptions { Int8 = true, Verify = false, BatchSize = greatest });
            // As many callers as cores, each with a batch of its own and one thread.
            using var single = Load(package, InferenceMode.Fast, greatest, threads: 1);
            foreach (var path in package.Manifest.Graphs.Paths)
            {
                var resolution = path.Level();
                using var session = new InferenceSession(package.PathOf(path.Graph), new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR });
                foreach (var batch in batches)
                {
                    FaceImage[] faces = [.. Enumerable.Range(0, batch).Select(i => FaceResizer.Resize(new RenderedSource(1, batch, 1).Load(i), resolution.Side, resolution.Side))];
                    var perSecond = Measure(
                        [() => Reference(session, batch, resolution), () => torch.Embed(faces, resolution), () => shared.Embed(faces, resolution), () => fast.Embed(faces, resolution), () => int8.Embed(faces, resolution), () => Parallel.For(0, Environment.ProcessorCount, _ => single.Embed(faces, resolution))], batch, rounds, seconds);
                    perSecond[^1] *= Environment.ProcessorCount;
                    Console.WriteLine(Row(network, resolution, batch, perSecond));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FaceEmbedder Load(ModelPackage package, InferenceMode mode, int batch, int threads = 0) => FaceEmbedder.Load(package.Directory, new FaceEmbedderOptions { Mode = mode, Verify = false, BatchSize = batch, Threads = threads });

    private static void Reference(InferenceSession session, int batch, Resolution resolution)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(new float[batch * 3 * resolution.Side * resolution.Side], [batch, 3, resolution.Side, resolution.Side]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["pixels"], [input], ["embedding"]);
    }

    /// <summary>Median faces a second of each side; each round has every side, so that the machine's moods meet all.</summary>
    private static double[] Measure(Action[] sides, int batch, int rounds, double seconds)
    {
        var seen = sides.Select(_ => new List<double>()).ToArray();
        foreach (var side in sides) side();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                var runs = 0;
                do
                {
                    sides[i]();
                    runs++;
                }
                while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
                seen[i].Add(batch * runs / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return [.. seen.Select(StepProcess.Median)];
    }

    private static string Row(string network, Resolution resolution, int batch, double[] perSecond)
    {
        var (reference, torch, shared, fast, int8, callers) = (perSecond[0], perSecond[1], perSecond[2], perSecond[3], perSecond[4], perSecond[5]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {network} | {resolution} | {batch} | {reference:F1} | {torch:F1} | {shared:F1} | {fast:F1} | {int8:F1} | {callers:F1} | {fast / reference:F2} | {fast / torch:F2} | {shared / reference:F2} | {int8 / fast:F2} | {1000 * batch / fast:F1} | {1000 * batch / int8:F1} |");
    }
}
