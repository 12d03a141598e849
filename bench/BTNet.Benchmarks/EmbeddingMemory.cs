using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Benchmarks;

/// <summary><c>embedding-memory</c>: what a process holds with one resolution of a model in use and with all, in each mode. Linux only.</summary>
internal static class EmbeddingMemory
{
    private const string Measurement = "measure-embedding-memory";

    public static Command Create()
    {
        var network = new Option<string>("--network") { Description = "Backbone and width", DefaultValueFactory = _ => "iresnet50:64" };
        var command = new Command("embedding-memory", "What a process holds with one resolution of a model in use and with all.") { network };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(network)));
        return command;
    }

    /// <summary>The measurement, in a process of its own.</summary>
    public static Command CreateMeasurement()
    {
        var (package, mode, sides) = (new Argument<string>("package"), new Argument<InferenceMode>("mode"), new Argument<int[]>("resolutions"));
        var command = new Command(Measurement, "Prints the bytes that a process holds more after each resolution of a package has embedded a face. Called by embedding-memory.") { package, mode, sides };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var embedder = FaceEmbedder.Load(parsed.GetRequiredValue(package), new FaceEmbedderOptions { Mode = parsed.GetRequiredValue(mode), Verify = false });
            var before = Held();
            foreach (var side in parsed.GetRequiredValue(sides)) embedder.Embed([new FaceImage(side, side, new byte[3 * side * side])], Resolution.Of(side));
            GC.Collect();
            Console.WriteLine(Held() - before);
        });
        return command;
    }

    private static void Run(string network)
    {
        var folder = Directory.CreateTempSubdirectory("btnet-memory-").FullName;
        try
        {
            var package = ModelPackage.Open(RandomPackages.Make(network, folder).Directory, verify: false);
            var sides = package.Manifest.Graphs.Paths.Select(path => path.Resolution).ToArray();
            var trunk = (double)sizeof(float) * package.Manifest.Graphs.Paths.Single(path => path.Resolution == Resolution.Full.Side).Parameters;
            var weights = new FileInfo(package.PathOf(package.Manifest.Graphs.Weights!.File)).Length;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network}: weights of the trunk {trunk / 1e6:F1} MB, of all {sides.Length} resolutions stored together {weights / 1e6:F1} MB ({weights / trunk:F2}x)"));
            Console.WriteLine();
            Console.WriteLine($"| mode | {Resolution.Full} alone, MB | all {sides.Length}, MB | all / trunk's weights |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            foreach (var mode in Enum.GetValues<InferenceMode>())
            {
                var (one, all) = (Held(package, mode, [Resolution.Full.Side]), Held(package, mode, sides));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {mode} | {one / 1e6:F1} | {all / 1e6:F1} | {all / trunk:F2}x |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long Held(ModelPackage package, InferenceMode mode, int[] sides)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in new[] { Measurement, package.Directory, mode.ToString() }.Concat(sides.Select(side => $"{side}"))) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return long.Parse(printed, CultureInfo.InvariantCulture);
    }

    /// <summary>Memory of this process, what it shares with others by its part: pages of a file that is mapped twice count once.</summary>
    private static long Held() => 1024 * File.ReadLines("/proc/self/smaps_rollup").Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).Single();
}
