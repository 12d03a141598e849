using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace BTNet.Benchmarks;

/// <summary><c>start-up</c>: the time from the start of the published program to its end, for one face and for nothing. Several builds are run by turns.</summary>
internal static class StartUpBenchmark
{
    public static Command Create()
    {
        var package = new Argument<string>("package") { Description = "A model package" };
        var picture = new Argument<string>("picture") { Description = "A face" };
        var programs = new Argument<string[]>("programs") { Description = "Published btnet programs, such as one with and one without ReadyToRun", Arity = ArgumentArity.OneOrMore };
        var runs = new Option<int>("--runs") { Description = "Of each, after two to warm up", DefaultValueFactory = _ => 21 };
        var variables = new Option<string[]>("--with") { Description = "Variables of the environment, each beside none, such as DOTNET_TieredPGO=0", DefaultValueFactory = _ => [] };
        var command = new Command("start-up", "Milliseconds from the program's start to its end, with one face embedded.") { package, picture, programs, runs, variables };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(package), parsed.GetRequiredValue(picture), parsed.GetRequiredValue(programs), parsed.GetValue(runs), ["", .. parsed.GetRequiredValue(variables)]));
        return command;
    }

    private static void Run(string package, string picture, string[] programs, int runs, string[] variables)
    {
        var folder = Directory.CreateTempSubdirectory("btnet-start-").FullName;
        try
        {
            (string What, string[] Arguments)[] works =
            [
                ("--version", ["--version"]),
                .. ((string[])["npy", "csv", "parquet"]).Select(form => ($"embed, .{form}", (string[])["embed", picture, "--model", package, "--out", Path.Combine(folder, $"one.{form}")])),
                ("compare", ["compare", picture, picture, "--model", package])
            ];
            var cases = programs.SelectMany(program => variables.SelectMany(variable => works.Select(work => (Program: program, Variable: variable, Work: work, Times: new List<double>())))).ToList();
            // By turns, so that whatever else the machine does falls on all alike.
            for (var run = -2; run < runs; run++)
            {
                foreach (var one in cases)
                {
                    var time = Time(one.Program, one.Variable, one.Work.Arguments);
                    if (run >= 0) one.Times.Add(time);
                }
            }

            Console.WriteLine("| program | environment | command | median ms | quickest | slowest |");
            Console.WriteLine("| --- | --- | --- | ---: | ---: | ---: |");
            foreach (var (program, variable, work, times) in cases)
            {
                times.Sort();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileName(Path.GetDirectoryName(program))} | {variable} | {work.What} | {times[times.Count / 2]:F0} | {times[0]:F0} | {times[^1]:F0} |"));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Time(string program, string variable, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (variable.Split('=') is [var name, var value]) start.Environment[name] = value;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var time = clock.Elapsed.TotalMilliseconds;
        return process.ExitCode == 0 ? time : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {said.Result}");
    }
}
