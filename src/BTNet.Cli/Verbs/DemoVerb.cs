using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Evaluation.Reports;
using BTNet.Training;
using BTNet.Training.Demo;

namespace BTNet.Cli.Verbs;

/// <summary><c>btnet demo</c>.</summary>
internal static class DemoVerb
{
    public static Command Create(Terminal terminal)
    {
        var output = new Option<string>("--output", "-o") { Description = "Folder that everything is written to; what an earlier demo left there is replaced", HelpName = "DIR", DefaultValueFactory = _ => "btnet-demo" };
        var seed = new Option<ulong>("--seed") { Description = "Of the people, the weights and the order of the images", HelpName = "N", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print the results as JSON instead of a table" };
        var verb = new Verb(
            "demo",
            "Shows the whole method in a few minutes: draws synthetic people, trains a small trunk and its branches for 28, 14 and 7 pixels, and compares enlarging small faces with giving them a branch, on people kept apart.",
            "btnet demo",
            "btnet demo --seed 2 --output demo-2") { output, seed, json };
        verb.SetAction(parsed =>
        {
            var options = new DemoOptions { Output = parsed.GetValue(output)!, Seed = parsed.GetValue(seed) };
            using var interruption = new Interruption(terminal, "stopping; once more to stop at once");
            DemoResult result;
            try
            {
                result = ProgressDisplay.During(terminal, progress =>
                    DemoRun.Run(options, terminal.Say, new TrainingObserver(progress), progress, interruption.Token));
            }
            catch (OperationCanceledException)
            {
                terminal.Say("the demo was stopped; it begins anew next time");
                return ExitCode.Interrupted;
            }

            if (parsed.GetValue(json)) terminal.Raw(PairJson.Format(result.UpSampled, result.Branches));
            else terminal.Result(PairTable.Compare(result.UpSampled, result.Branches));
            terminal.Say($"Done in {TimeSpan.FromSeconds(result.Seconds):m\\:ss} minutes. To look at:\n  {string.Join("\n  ", result.Files)}");
            terminal.Say($"The model lies in {Path.Combine(options.Output, "model")}; `btnet eval pairs --help` says how to measure it on pairs of your own.");
            return ExitCode.Done;
        });
        return verb;
    }
}
