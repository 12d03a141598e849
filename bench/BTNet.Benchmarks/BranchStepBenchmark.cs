using System.CommandLine;
using System.Globalization;

namespace BTNet.Benchmarks;

/// <summary><c>branch-step</c>: images a second of a branch's training step, in the ways of <see cref="BranchStepWay"/>, in alternating processes.</summary>
internal static class BranchStepBenchmark
{
    public static Command Create()
    {
        var networks = new Option<string[]>("--networks") { Description = "Backbones and widths", DefaultValueFactory = _ => ["iresnet18:32", "mobilefacenet:64"], AllowMultipleArgumentsPerToken = true };
        var resolutions = new Option<string[]>("--resolutions") { Description = "Branches", DefaultValueFactory = _ => ["28", "14", "7"], AllowMultipleArgumentsPerToken = true };
        var batch = new Option<int>("--batch") { Description = "Images in a step", DefaultValueFactory = _ => 32 };
        var steps = new Option<int>("--steps") { Description = "Steps that a process measures, after 2 to warm up", DefaultValueFactory = _ => 3 };
        var rounds = new Option<int>("--rounds") { Description = "Processes of each way", DefaultValueFactory = _ => 3 };
        var command = new Command("branch-step", "Images a second of a branch's training step: plain, as btnet does it, and with the teacher's outputs kept.") { networks, resolutions, batch, steps, rounds };
        command.SetAction(parsed =>
        {
            Console.WriteLine("| network | branch | plain | btnet, gradients of the tail's weights | btnet, teacher asked | btnet, teacher known | known / gradients | known / asked | known / plain |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (var network in parsed.GetRequiredValue(networks))
            {
                foreach (var resolution in parsed.GetRequiredValue(resolutions))
                    Console.WriteLine(Row(network.Split(':'), resolution, parsed.GetRequiredValue(batch), parsed.GetRequiredValue(steps), parsed.GetRequiredValue(rounds)));
            }
        });
        return command;
    }

    private static string Row(string[] network, string resolution, int batch, int steps, int rounds)
    {
        var ways = Enum.GetValues<BranchStepWay>();
        var perSecond = ways.ToDictionary(way => way, _ => new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            foreach (var way in ways)
                perSecond[way].Add(batch / StepProcess.Seconds(steps, BranchStepMeasurement.Verb, way.ToString(), network[0], network[1], resolution, Text(batch), Text(steps)));
        }

        string Ratio(BranchStepWay other) =>
            StepProcess.Median([.. perSecond[BranchStepWay.TeacherKnown].Zip(perSecond[other], (known, slower) => known / slower)]).ToString("F2", CultureInfo.InvariantCulture);
        var speeds = ways.Select(way => StepProcess.Median(perSecond[way]).ToString("F1", CultureInfo.InvariantCulture));
        return $"| {network[0]}, width {network[1]} | {resolution} | {string.Join(" | ", speeds)} | {Ratio(BranchStepWay.TailGradients)} | {Ratio(BranchStepWay.TeacherAsked)} | {Ratio(BranchStepWay.Plain)} |";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
