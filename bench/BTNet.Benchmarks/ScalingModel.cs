using System.CommandLine;
using System.Globalization;
using BTNet.Training.Backbones;

namespace BTNet.Benchmarks;

/// <summary><c>scaling-model</c>: what <see cref="StepModel"/> predicts for hosts with several accelerators each. Every number of the
/// machine is an option.</summary>
internal static class ScalingModel
{
    private const double BytesPerGigabit = 1e9 / 8;

    public static Command Create()
    {
        var backbone = new Option<string>("--backbone") { Description = "Backbone", DefaultValueFactory = _ => "iresnet50" };
        var speed = new Option<double>("--images-per-second") { Description = "Images that one accelerator trains on in a second, alone and with a small classifier", Required = true };
        var people = new Option<int>("--people") { Description = "Identities", Required = true };
        var images = new Option<double>("--images") { Description = "Images in an epoch", Required = true };
        var sampled = new Option<double>("--sample-rate") { Description = "Share of the identities in a step's softmax", DefaultValueFactory = _ => 1 };
        var batch = new Option<int>("--batch") { Description = "Images of a rank in a step", DefaultValueFactory = _ => 128 };
        var total = new Option<int?>("--images-a-step") { Description = "Images in a step over all ranks, in place of --batch" };
        var hosts = new Option<int[]>("--hosts") { Description = "Hosts", DefaultValueFactory = _ => [1, 2, 4, 8, 16], AllowMultipleArgumentsPerToken = true };
        var ranks = new Option<int>("--ranks-per-host") { Description = "Accelerators of a host", DefaultValueFactory = _ => 8 };
        var networks = new Option<double[]>("--network") { Description = "Gbit/s that a host sends while it receives as much", DefaultValueFactory = _ => [25, 100, 400], AllowMultipleArgumentsPerToken = true };
        var inside = new Option<double>("--inside") { Description = "Gbit/s from one rank to the next within a host, through the host's memory", DefaultValueFactory = _ => 80 };
        var copy = new Option<double>("--copy") { Description = "Gbit/s between an accelerator's memory and the host's", DefaultValueFactory = _ => 96 };
        var hop = new Option<double>("--hop-microseconds") { Description = "From one rank to the next for a few bytes; a sum makes 2 (ranks - 1) of them", DefaultValueFactory = _ => 5 };
        var bucket = new Option<double>("--bucket-mib") { Description = "MiB of a bucket of gradients", DefaultValueFactory = _ => 4 };
        var command = new Command("scaling-model", "Predicts steps on hosts with several accelerators: T / N + V / R + latency, docs/scaling.md.")
        {
            backbone, speed, people, images, sampled, batch, total, hosts, ranks, networks, inside, copy, hop, bucket
        };
        command.SetAction(parsed =>
        {
            var spec = new BackboneSpec { Name = parsed.GetRequiredValue(backbone) };
            using var trunk = new Trunk(spec);
            var weights = trunk.Trainable.Sum(weight => weight.Tensor.NumberOfElements);
            var perImage = 1 / parsed.GetRequiredValue(speed);
            // The classifier's products at the speed of the backbone's: each rank has its part of the identities and all images.
            var classifier = perImage * parsed.GetRequiredValue(people) * parsed.GetRequiredValue(sampled) * spec.EmbeddingSize / trunk.MultiplyAccumulates();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{spec.Name}: {weights / 1e6:F2} M weights, {trunk.MultiplyAccumulates() / 1e9:F2} GMAC an image; an image takes {1e3 * perImage:F2} ms, and {1e3 * classifier:F3} ms for the classifier"));
            Console.WriteLine();
            Console.WriteLine("| ranks | images a step | Gbit/s a host | after ms | during ms | efficiency after | during | images/s | minutes an epoch |");
            Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (var (network, count) in Links(parsed.GetRequiredValue(networks), parsed.GetRequiredValue(hosts)))
            {
                var all = count * parsed.GetRequiredValue(ranks);
                var own = parsed.GetValue(total) is { } together ? together / all : parsed.GetRequiredValue(batch);
                if (all < 2 || own < 1) continue;
                // Sums go round a ring, in which each host sends to the next one only.
                var gigabits = Math.Min(network ?? double.PositiveInfinity, parsed.GetRequiredValue(inside));
                var model = new StepModel
                {
                    Ranks = all, ComputeSeconds = own * (perImage + classifier), GradientBytes = 4.0 * weights, Batch = own, EmbeddingSize = spec.EmbeddingSize,
                    CopyBytesPerSecond = parsed.GetRequiredValue(copy) * BytesPerGigabit,
                    BytesPerSecond = gigabits * BytesPerGigabit, ExchangeLatency = 2e-6 * (all - 1) * parsed.GetRequiredValue(hop), BucketBytes = parsed.GetRequiredValue(bucket) * (1 << 20)
                };
                var rate = all * own / model.SecondsDuring;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {all} | {all * own} | {network?.ToString("G", CultureInfo.InvariantCulture) ?? "-"} | {1e3 * model.SecondsAfter:F0} | {1e3 * model.SecondsDuring:F0} | {own * perImage / model.SecondsAfter:P0} | {own * perImage / model.SecondsDuring:P0} | {rate:F0} | {parsed.GetRequiredValue(images) / rate / 60:F1} |"));
            }
        });
        return command;
    }

    /// <summary>One host, for which no network counts, and several over each network.</summary>
    private static IEnumerable<(double? Network, int Hosts)> Links(double[] networks, int[] hosts) =>
        hosts.Where(count => count == 1).Select(count => ((double?)null, count))
            .Concat(from network in networks from count in hosts where count > 1 select ((double?)network, count));
}
