using System.CommandLine;
using System.Diagnostics;
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
        return string.Create(CultureInfo.InvariantCulture, $"| {parts[0]}, width {parts[1]} | {Median(plain):F1} | {Median(ours):F1} | {Median(ratios):F2} | {string.Join(", ", ratios.Select(ratio => ratio.ToString("F2", CultureInfo.InvariantCulture)))} |");
    }

    /// <summary>The median step of a process of its own.</summary>
    private static double Seconds(StepWay way, string backbone, string width, int batch, int steps)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[TrainingStepMeasurement.Verb, way.ToString(), backbone, width, batch.ToString(CultureInfo.InvariantCulture), steps.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 && lines.Length == steps
            ? Median([.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))])
            : throw new InvalidOperationException($"the measurement of {backbone} of width {width}, {way}, ended with exit code {process.ExitCode}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
