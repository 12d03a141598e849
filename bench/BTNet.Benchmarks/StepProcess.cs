using System.Diagnostics;
using System.Globalization;

namespace BTNet.Benchmarks;

/// <summary>Runs a measurement of steps as a process of its own: how malloc behaves is settled for the whole of one.</summary>
internal static class StepProcess
{
    /// <summary>The median of the seconds that the process prints, a line each.</summary>
    public static double Seconds(int steps, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0 && lines.Length == steps
            ? Median([.. lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))])
            : throw new InvalidOperationException($"the measurement '{string.Join(' ', start.ArgumentList)}' ended with exit code {process.ExitCode}");
    }

    public static double Median(IReadOnlyCollection<double> values) => values.Order().ElementAt(values.Count / 2);
}
