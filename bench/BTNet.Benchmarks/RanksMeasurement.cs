using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Native;
using BTNet.Training.Recipes;
using static TorchSharp.torch;

namespace BTNet.Benchmarks;

/// <summary><c>ranks</c>, under mpirun: a training step that exchanges nothing, one that exchanges gradients when they are all there,
/// and one that does while it computes, in turns, beside what <see cref="StepModel"/> says.</summary>
internal static class RanksMeasurement
{
    private const int BucketValues = 1 << 20;
    private const int Identities = 1000;
    private const int WarmUp = 2;

    public static Command Create()
    {
        var backbone = new Option<string>("--backbone") { Description = "Backbone", DefaultValueFactory = _ => "iresnet18" };
        var width = new Option<int>("--width") { Description = "Its width", DefaultValueFactory = _ => 32 };
        var batch = new Option<int>("--batch") { Description = "Images of a rank in a step", DefaultValueFactory = _ => 16 };
        var steps = new Option<int>("--steps") { Description = "Steps measured of each kind", DefaultValueFactory = _ => 5 };
        var link = new Option<string>("--link") { Description = "A name of the link, for the table", DefaultValueFactory = _ => "" };
        var header = new Option<bool>("--header") { Description = "Print the table's head and end" };
        var command = new Command("ranks", "A training step on the ranks that mpirun started, with and without exchange, and what the model predicts.") { backbone, width, batch, steps, link, header };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(header))
            {
                Console.WriteLine("| ranks | link | bucket MB/s | latency ms | alone ms | after ms (model) | during ms (model) | gradients ms | hidden | efficiency |");
                Console.WriteLine("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
                return;
            }

            GlibcMemory.KeepForReuse();
            using var group = ProcessGroup.Open();
            var row = Row(group, new BackboneSpec { Name = parsed.GetRequiredValue(backbone), Width = parsed.GetRequiredValue(width) }, parsed.GetRequiredValue(batch), parsed.GetRequiredValue(steps), parsed.GetRequiredValue(link));
            if (group.Rank == 0) Console.WriteLine(row);
        });
        return command;
    }

    private static string Row(IProcessGroup group, BackboneSpec backbone, int batch, int steps, string link)
    {
        var latency = Exchange(group, 1, 30);
        var bucket = Exchange(group, BucketValues, 7);
        using TrunkLearner alone = Learner(backbone, batch, OneProcess.Instance, null), after = Learner(backbone, batch, group, new ExchangeOptions { DuringBackward = false }), during = Learner(backbone, batch, group, null);
        TrunkLearner[] learners = [alone, after, during];
        var seconds = Array.ConvertAll(learners, _ => new List<double>());
        ExchangeTotals before = default;
        using var pixels = rand(batch, 3, Resolution.Full.Side, Resolution.Full.Side);
        using var labels = arange(batch, ScalarType.Int64);
        using var input = new MapForm(MapLayout.ChannelsLast, MapPrecision.Fp32).Of(pixels);
        for (var step = 0; step < WarmUp + steps; step++)
        {
            if (step == WarmUp) before = after.Exchanged;
            for (var way = 0; way < learners.Length; way++)
            {
                var taken = Timed(group, () => learners[way].Step(input, labels, learningRate: 0.001, step));
                if (step >= WarmUp) seconds[way].Add(taken);
            }
        }

        var (aloneSeconds, afterSeconds, duringSeconds) = (Median(seconds[0]), Median(seconds[1]), Median(seconds[2]));
        var exchanged = after.Exchanged - before;
        var sent = 2.0 * 4 * BucketValues * (group.Size - 1) / group.Size;
        if (group.Size == 1)
            return string.Create(CultureInfo.InvariantCulture, $"| 1 | {link} | | | {1e3 * aloneSeconds:F0} | | | | | |");
        var model = new StepModel
        {
            Ranks = group.Size, ComputeSeconds = aloneSeconds, GradientBytes = 4.0 * exchanged.Values / steps, Batch = batch, EmbeddingSize = backbone.EmbeddingSize,
            BytesPerSecond = sent / Math.Max(1e-9, bucket - latency), ExchangeLatency = latency
        };
        var gradients = exchanged.Seconds / steps;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {group.Size} | {link} | {sent / bucket / 1e6:F0} | {1e3 * latency:F2} | {1e3 * aloneSeconds:F0} | {1e3 * afterSeconds:F0} ({1e3 * model.SecondsAfter:F0}) | {1e3 * duringSeconds:F0} ({1e3 * model.SecondsDuring:F0}) | {1e3 * gradients:F0} | {(afterSeconds - duringSeconds) / gradients:P0} | {aloneSeconds / duringSeconds:P0} |");
    }

    private static TrunkLearner Learner(BackboneSpec backbone, int batch, IProcessGroup group, ExchangeOptions? exchange)
    {
        manual_seed(1);
        return new TrunkLearner(
            new Trunk(backbone), new CosineClassifier(Identities, backbone.EmbeddingSize, seed: 1), [], new MarginOptions { Kind = MarginKind.CosFace, Scale = 16 },
            new OptimizationOptions { Batch = batch }, seed: 1, group: group, exchange: exchange);
    }

    /// <summary>The median seconds of a sum by itself.</summary>
    private static double Exchange(IProcessGroup group, int values, int times)
    {
        var floats = new float[values];
        return Median([.. Enumerable.Range(0, times).Select(_ => Timed(group, () => group.Sum(floats)))]);
    }

    /// <summary>Seconds until the last rank is done, from when all are there.</summary>
    private static double Timed(IProcessGroup group, Action work)
    {
        group.Barrier();
        var start = Stopwatch.GetTimestamp();
        work();
        float[] seconds = [(float)Stopwatch.GetElapsedTime(start).TotalSeconds];
        group.Max(seconds);
        return seconds[0];
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
