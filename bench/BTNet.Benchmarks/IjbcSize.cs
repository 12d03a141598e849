using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Reports;
using BTNet.Resolutions;

namespace BTNet.Benchmarks;

/// <summary>
/// <c>ijbc-size</c>: what the IJB-C protocol takes at its full size, without any network. Lists of that size are written in the true form and read again; faces carry but their image's number, and an embedder makes
/// 512 numbers of it. Everything between is the protocol itself.
/// </summary>
internal static class IjbcSize
{
    public static Command Create()
    {
        var images = new Option<int>("--images") { Description = "Images; IJB-C has 469,375", DefaultValueFactory = _ => 469_375 };
        var pairs = new Option<int>("--pairs") { Description = "Pairs of two people; IJB-C has 15,638,932 beside 19,557 of one person", DefaultValueFactory = _ => 15_638_932 };
        var matches = new Option<string>("--match") { Description = "Modes", DefaultValueFactory = _ => "112x112,112x28,28x28,112x14,14x14,112x7,7x7" };
        var command = new Command("ijbc-size", "Time of each stage and peak memory of the IJB-C protocol at its full size, on generated lists and features.") { images, pairs, matches };
        command.SetAction(parsed => Run(parsed.GetValue(images), parsed.GetValue(pairs), IjbcMode.ParseMatches(parsed.GetRequiredValue(matches))));
        return command;
    }

    private static void Run(int images, int pairs, IReadOnlyList<IjbcMode> modes)
    {
        var folder = Directory.CreateTempSubdirectory("btnet-ijbc-size-").FullName;
        try
        {
            var stages = new Stages();
            var lists = new SyntheticIjbc(images, pairs);
            lists.Write(folder);
            stages.End("writing the lists");
            var set = IjbcReader.ReadMeta(folder);
            stages.End("reading the lists");
            var embedder = new NumberEmbedder(set);
            var reports = IjbcProtocol.Run(embedder, set, new NumberFaces(), new IjbcOptions { Modes = modes }, [SmallFaceWay.Branch], stages);
            stages.End("the rest");
            Console.WriteLine($"{set.Images.Count} images, {set.TemplateIds.Count} templates, {set.Mates.Count + set.Strangers.Count} pairs, {set.Probes.Count} probes, galleries of {string.Join(" and ", set.Galleries.Select(gallery => gallery.Templates.Count))}, {modes.Count} modes");
            stages.Print();
            foreach (var table in IjbcTable.Of(reports))
            {
                Console.WriteLine($"| {string.Join(" | ", table.Columns)} |");
                foreach (var row in table.Rows) Console.WriteLine($"| {string.Join(" | ", row)} |");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>When each stage ended, and what the process held at most until then.</summary>
    private sealed class Stages : IProgress<WorkProgress>
    {
        private readonly List<(string Name, TimeSpan Time, long Peak)> _ended = [];
        private long _since = Stopwatch.GetTimestamp();

        public void Report(WorkProgress value)
        {
            if (value.Done == value.Total) End(value.Stage);
        }

        public void End(string stage)
        {
            using var process = Process.GetCurrentProcess();
            _ended.Add((stage, Stopwatch.GetElapsedTime(_since), process.PeakWorkingSet64));
            _since = Stopwatch.GetTimestamp();
            Console.Error.WriteLine($"{stage} ended");
        }

        public void Print()
        {
            Console.WriteLine("| stage | seconds | peak so far, MB |");
            Console.WriteLine("| --- | ---: | ---: |");
            foreach (var (name, time, peak) in _ended) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {time.TotalSeconds:F1} | {peak / 1e6:F0} |"));
        }
    }
}
