using System.CommandLine;
using System.Globalization;

namespace BTNet.Benchmarks;

/// <summary><c>training-step</c>: images a second of a training step, plain and as btnet does it, in alternating processes.</summary>
internal static class TrainingStepBenchmark
{
    public static Command Create()
    {
        var networks = new Option<string[]>("--networks") { Description = "Backbones and widths", DefaultValueFactory = _ => ["iresnet18:64", "iresnet18:32", "mobilefacenet:64"], AllowMultipleArgumentsPerToken = true };
        var batch = new Option<int>("--batch") { Description = "Images in a step", DefaultValueFactory = _ => 64 };
        var steps = new Option<int>("--steps") { Description = "Steps that a process measures, after 2 to warm up", DefaultValueFactory = _ => 3 };
        var rounds = new Option<int>("--rounds") { Description = "Processes of each way", DefaultValueFactory = _ => 3 };
        var command = new Command("training-step", "Images a second of a training step at 112 pixels, plain and as btnet does it.") { networks, batch, steps, rounds };
        command.SetAction(parsed =>
        {
            Console.WriteLine("| network | plain images/s | btnet images/s | ratio | ratios of the rounds |");
            Console.WriteLine("| --- | ---: | ---: | ---: | --- |");
            foreach (var network in parsed.GetRequiredValue(networks))
                Console.WriteLine(Row(network, parsed.GetRequiredValue(batch), parsed.GetRequiredValue(steps), parsed.GetRequiredValue(rounds)));
        });
        return command;
    }

    private static string Row(string network, int batch, int steps, int rounds)
    {
        var parts = network.Split(':');
        List<double> plain = [], ours = [];
        for (var round = 0; round < rounds; round++)
        {
            plain.Add(batch / Seconds(StepWay.Plain, parts[0], parts[1], batch, steps));
            ours.Add(batch / Seconds(StepWay.Btnet, parts[0], parts[1], batch, steps));
        }

        var ratios = plain.Zip(ours, (one, other) => other / one).ToList();
        return string.Create(CultureInfo.InvariantCulture, $"| {parts[0]}, width {parts[1]} | {StepProcess.Median(plain):F1} | {StepProcess.Median(ours):F1} | {StepProcess.Median(ratios):F2} | {string.Join(", ", ratios.Select(ratio => ratio.ToString("F2", CultureInfo.InvariantCulture)))} |");
    }

    private static double Seconds(StepWay way, string backbone, string width, int batch, int steps) => StepProcess.Seconds(
        steps, TrainingStepMeasurement.Verb, way.ToString(), backbone, width, batch.ToString(CultureInfo.InvariantCulture), steps.ToString(CultureInfo.InvariantCulture));
}
