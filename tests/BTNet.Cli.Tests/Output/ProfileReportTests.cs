using System.Text.Json;
using BTNet.Cli.Output;
using BTNet.Training.Profiling;

namespace BTNet.Cli.Tests.Output;

public sealed class ProfileReportTests
{
    // 10 ms of convolution, 4 of waiting and 6 of the rest: 20 ms a step.
    private static readonly StepProfile Profile = new(
        "trunk", 2, 1, 8, 1, [0.019, 0.021],
        [
            new PartProfile(StepPart.Convolution3x3, Seconds((StepPhase.Forward, 0.004), (StepPhase.Backward, 0.006)), 0.1e9, 0.2e9),
            new PartProfile(StepPart.DataWait, Seconds((StepPhase.Data, 0.004)), 0, 0),
            new PartProfile(StepPart.Other, Seconds((StepPhase.Backward, 0.001), (StepPhase.Rest, 0.005)), 0, 0)
        ],
        new MachinePeak("float32", 100, 80), new MemoryProfile(3 << 19, [3, 2, 1], 512 << 20, null));

    [Fact]
    public void The_rows_of_the_table_add_up_to_its_last_one()
    {
        var lines = Told();
        Assert.Contains("| convolution 3x3  |    4.00 |     6.00 |           |      |      | 10.00 |  50.0 % |", lines);
        Assert.Contains("| waiting for data |         |          |           | 4.00 |      |  4.00 |  20.0 % |", lines);
        Assert.Contains("| other            |         |     1.00 |           |      | 5.00 |  6.00 |  30.0 % |", lines);
        Assert.Contains("| step             |    4.00 |     7.00 |           | 4.00 | 5.00 | 20.00 | 100.0 % |", lines);
    }

    [Fact]
    public void Speeds_are_set_against_the_higher_peak_and_the_step_against_all_of_its_time()
    {
        var lines = Told();
        Assert.Contains("| convolution 3x3 |        0.10 |    50.0 |  50.0 % |     66.7 |  66.7 % |", lines);
        Assert.Contains("| step            |        0.10 |    50.0 |  50.0 % |     57.1 |  57.1 % |", lines);
    }

    [Fact]
    public void What_is_beside_the_tables_is_said_in_words()
    {
        var lines = Told();
        Assert.Contains("A step took 19.00 to 21.00 ms: 400.0 images/s with torch threads 1.", lines);
        Assert.Contains("Waiting for data: 20.0 % of the step; more run.workers or smaller pictures would help (goal: under 2.0 %).", lines);
        Assert.Contains("Memory: 1.50 MiB managed a step; garbage collections in all steps 3 / 2 / 1 (generation 0 / 1 / 2); 512 MiB resident.", lines);
    }

    [Fact]
    public void Programs_get_every_number_by_name()
    {
        var output = new StringWriter();
        ResultJson.Print(new Terminal(output, true, TextWriter.Null, true), ProfileReport.ForPrograms(Profile));

        using var json = JsonDocument.Parse(output.ToString());
        var root = json.RootElement;
        Assert.Equal(
            ["what", "steps", "warmUp", "batch", "threads", "stepMilliseconds", "imagesPerSecond", "dataWaitShare", "forwardGflops", "backwardGflops", "parts", "peak", "memory"],
            root.EnumerateObject().Select(property => property.Name));
        var part = root.GetProperty("parts")[0];
        Assert.Equal(
            ["part", "milliseconds", "allMilliseconds", "forwardMultiplyAccumulates", "backwardMultiplyAccumulates", "forwardGflops", "backwardGflops"],
            part.EnumerateObject().Select(property => property.Name));
        Assert.Equal("convolution3x3", part.GetProperty("part").GetString());
        Assert.Equal(["forward", "backward", "optimizer", "data", "rest"], part.GetProperty("milliseconds").EnumerateObject().Select(property => property.Name));
        Assert.Equal(6, part.GetProperty("milliseconds").GetProperty("backward").GetDouble(), 9);
        Assert.Equal(0.2, root.GetProperty("dataWaitShare").GetDouble(), 9);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("memory").GetProperty("pageFaultsPerStep").ValueKind);
    }

    [Fact]
    public void Every_part_has_a_name_of_its_own()
    {
        var names = Enum.GetValues<StepPart>().Select(ProfileReport.NameOf).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    private static string[] Told()
    {
        var output = new StringWriter();
        ProfileReport.Tell(new Terminal(output, true, TextWriter.Null, true), Profile);
        return output.ToString().Split('\n', StringSplitOptions.TrimEntries);
    }

    private static Dictionary<StepPhase, double> Seconds(params (StepPhase Phase, double Seconds)[] given) =>
        Enum.GetValues<StepPhase>().ToDictionary(phase => phase, phase => given.Where(entry => entry.Phase == phase).Sum(entry => entry.Seconds));
}
