using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Resolutions;
using BTNet.Training.Data;

namespace BTNet.Benchmarks;

/// <summary><c>decode</c>: pictures a second that the loader's workers read, decode, vary and reduce, from files that the system
/// has in memory, with and without the cache of decoded pictures.</summary>
internal static class DecodeBenchmark
{
    private const int Most = 4096;

    /// <summary>What a network is shown: the whole picture, it reduced, as a branch is, and what a trunk is.</summary>
    private static readonly (string Name, FaceView View)[] Views =
    [
        ("112", new TrunkView([new ResolutionWeight(Resolution.Full)])),
        .. new[] { 28, 14, 7 }.Select(side => ($"{side}", (FaceView)new BranchView(Resolution.Of(side)))),
        ("trunk's mixture", TrunkView.Even)
    ];

    public static Command Create()
    {
        var faces = new Option<string>("--faces") { Description = "Folder of aligned faces of 112 pixels, a folder for each identity", HelpName = "FOLDER", Required = true };
        var images = new Option<int>("--images") { Description = "Pictures of it that are read", DefaultValueFactory = _ => Most };
        var rounds = new Option<int>("--rounds") { Description = "Rounds, of which the median counts", DefaultValueFactory = _ => 5 };
        var command = new Command("decode", "Pictures a second that are read, decoded, flipped and reduced.") { faces, images, rounds };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(faces), parsed.GetRequiredValue(images), parsed.GetRequiredValue(rounds)));
        return command;
    }

    private static void Run(string faces, int images, int rounds)
    {
        var source = new FolderSource(faces);
        var items = Math.Min(images, source.Count);
        var cores = Environment.ProcessorCount;
        Console.WriteLine($"{source.Description}; {items} read, {rounds} rounds, {cores} cores");
        Console.WriteLine();
        Console.WriteLine($"| reduced to | pictures/s, 1 thread | pictures/s, {cores} threads | a processor second |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        Rows("", source, items, rounds);
        var folder = Directory.CreateTempSubdirectory("btnet-decode-").FullName;
        try
        {
            using var kept = PictureCache.Open(source, folder, long.MaxValue, Console.Error.WriteLine) ?? throw new InputException("there is no room for the image cache in the folder for temporary files");
            Rows(", from the image cache", kept, items, rounds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Rows(", from memory", new CachedSource(source, long.MaxValue), items, rounds);
    }

    private static void Rows(string what, IFaceSource source, int items, int rounds)
    {
        foreach (var (name, view) in Views)
        {
            var augmenter = new FaceAugmenter(new AugmentationOptions(), view, seed: 1);
            // Files into the system's memory, pictures into a cache, and methods compiled as they are in a long run.
            for (var round = 0; round < 2; round++) Round(source, augmenter, view, items, 1, round);
            List<double> one = [], all = [], busy = [];
            for (var round = 0; round < rounds; round++)
            {
                one.Add(Round(source, augmenter, view, items, 1, round).PerSecond);
                var together = Round(source, augmenter, view, items, Environment.ProcessorCount, round);
                all.Add(together.PerSecond);
                busy.Add(together.PerProcessorSecond);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name}{what} | {Median(one):F0} | {Median(all):F0} | {Median(busy):F0} |"));
        }
    }

    /// <summary>All items once, on some threads, as a training's workers prepare them.</summary>
    private static (double PerSecond, double PerProcessorSecond) Round(IFaceSource source, FaceAugmenter augmenter, FaceView view, int items, int threads, int epoch)
    {
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work))];
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        return (items / Stopwatch.GetElapsedTime(start).TotalSeconds, items / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);

        void Work()
        {
            // A branch's picture alone: its teacher need not look again at views it knows.
            var full = view is TrunkView ? new byte[BatchInWork.FullBytes] : [];
            var reduced = view is BranchView branch ? new byte[3 * branch.Resolution.Side * branch.Resolution.Side] : [];
            for (var item = Interlocked.Increment(ref next); item < items; item = Interlocked.Increment(ref next))
                augmenter.Write(source.Load(item), epoch, item, full, reduced);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
