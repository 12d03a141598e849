using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Training;
using BTNet.Training.Data.Rendered;

namespace BTNet.Benchmarks;

/// <summary><c>int8-time</c>: processor time a face in single precision and in 8-bit integers, by one thread, in turn within one process. Unlike
/// faces a second it says the same on a busy machine.</summary>
internal static class Int8Time
{
    private const int CalibrationFaces = 8;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(0.3);

    public static Command Create()
    {
        var networks = new Option<string[]>("--networks") { Description = "Backbones and widths", DefaultValueFactory = _ => ["mobilefacenet:64", "iresnet18:64", "iresnet50:64"], AllowMultipleArgumentsPerToken = true };
        var batches = new Option<int[]>("--batches") { Description = "Faces at once", DefaultValueFactory = _ => [1, 8], AllowMultipleArgumentsPerToken = true };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, of which the median counts", DefaultValueFactory = _ => 5 };
        var command = new Command("int8-time", "Processor time a face in single precision and in 8-bit integers.") { networks, batches, rounds };
        command.SetAction(parsed =>
        {
            Console.WriteLine("| network | pixels | batch | fast, ms a face | int8, ms a face | fast / int8 |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
            foreach (var network in parsed.GetRequiredValue(networks)) Network(network, parsed.GetRequiredValue(batches), parsed.GetRequiredValue(rounds));
        });
        return command;
    }

    private static void Network(string network, int[] batches, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("btnet-int8-").FullName;
        try
        {
            var package = RandomPackages.Make(network, folder).Directory;
            ModelQuantization.Run(package, [.. Enumerable.Range(0, CalibrationFaces).Select(new RenderedSource(1, CalibrationFaces, 1).Load)]);
            using var floats = Load(package, int8: false, batches.Max());
            using var integers = Load(package, int8: true, batches.Max());
            foreach (var resolution in floats.Resolutions)
            foreach (var batch in batches)
            {
                FaceImage[] faces = [.. Enumerable.Range(0, batch).Select(i => FaceResizer.Resize(new RenderedSource(1, batch, 1).Load(i), resolution.Side, resolution.Side))];
                FaceEmbedder[] sides = [floats, integers];
                var times = sides.Select(_ => new List<double>()).ToArray();
                foreach (var side in sides) side.Embed(faces, resolution);
                for (var round = 0; round < rounds; round++)
                {
                    for (var i = 0; i < sides.Length; i++) times[i].Add(Time(sides[i], faces));
                }

                var (fast, int8) = (StepProcess.Median(times[0]), StepProcess.Median(times[1]));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {network} | {resolution} | {batch} | {fast:F2} | {int8:F2} | {fast / int8:F2} |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Time(FaceEmbedder embedder, FaceImage[] faces)
    {
        var resolution = Resolutions.Resolution.Of(faces[0].Width);
        var (start, runs) = (Process.GetCurrentProcess().TotalProcessorTime, 0);
        TimeSpan taken;
        do
        {
            embedder.Embed(faces, resolution);
            runs++;
            taken = Process.GetCurrentProcess().TotalProcessorTime - start;
        }
        while (taken < Turn);
        return taken.TotalMilliseconds / runs / faces.Length;
    }

    private static FaceEmbedder Load(string package, bool int8, int batch) => FaceEmbedder.Load(package, new FaceEmbedderOptions { Int8 = int8, Verify = false, BatchSize = batch, Threads = 1 });
}
