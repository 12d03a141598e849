using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace BTNet.Benchmarks;

/// <summary><c>losses</c>: how far the losses of trainings lie apart, from their logs (<c>run.logEvery</c> 1).</summary>
internal static class LossComparison
{
    // A single step's loss is mostly its images.
    private const int Smoothing = 20;

    public static Command Create()
    {
        var logs = new Argument<string[]>("logs") { Description = "Logs (trunk.log.jsonl); the first is what the others are compared with", Arity = new ArgumentArity(2, 20) };
        var parts = new Option<int>("--parts") { Description = "Into how many parts the steps are cut", DefaultValueFactory = _ => 4 };
        var command = new Command("losses", "Mean losses of trainings by part of their steps, and how far they lie from the first one's, step by step.") { logs, parts };
        command.SetAction(parsed => Tell(parsed.GetRequiredValue(logs), parsed.GetRequiredValue(parts)));
        return command;
    }

    private static void Tell(string[] logs, int parts)
    {
        var losses = logs.Select(Losses).ToList();
        var steps = losses.Min(run => run.Length);
        var cuts = Enumerable.Range(0, parts).Select(part => (From: steps * part / parts, To: steps * (part + 1) / parts)).ToList();
        Console.WriteLine($"| training | {string.Join(" | ", cuts.Select(cut => $"steps {cut.From + 1}-{cut.To}"))} | apart a step | apart, {Smoothing} steps smoothed |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" ---: |", parts + 2))}");
        foreach (var (log, run) in logs.Zip(losses))
        {
            string[] cells = [log, .. cuts.Select(cut => Text(run[cut.From..cut.To].Average())), Text(Apart(losses[0], run, steps, 1)), Text(Apart(losses[0], run, steps, Smoothing))];
            Console.WriteLine($"| {string.Join(" | ", cells)} |");
        }
    }

    private static double[] Losses(string path) => [.. File.ReadLines(path).Select(line =>
    {
        using var entry = JsonDocument.Parse(line);
        return entry.RootElement.TryGetProperty("loss", out var loss) ? loss.GetDouble() : double.NaN;
    }).Where(double.IsFinite)];

    private static double Apart(double[] one, double[] other, int steps, int window) =>
        Enumerable.Range(0, steps - window + 1).Average(from => Math.Abs(one[from..(from + window)].Average() - other[from..(from + window)].Average()));

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
