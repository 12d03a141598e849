using BTNet.Cli.Output;
using BTNet.Training;

namespace BTNet.Cli.Tests.Output;

public sealed class ProgressLinesTests
{
    private readonly List<string> _lines = [];
    private readonly Clock _clock = new();

    [Fact]
    public void A_line_comes_after_two_seconds_then_every_five_and_at_the_end()
    {
        var progress = new ProgressLines(_lines.Add, _clock);
        for (var step = 1; step <= 100; step++)
        {
            _clock.Now += 200; // milliseconds: 20 seconds in all
            progress.Report(new TrainingProgress("trunk", step, 100, 1, 2.5, 123.4, TimeSpan.FromSeconds(100 - step)));
        }

        Assert.Equal(
            ["trunk: step 11 of 100", "trunk: step 36 of 100", "trunk: step 61 of 100", "trunk: step 86 of 100", "trunk: step 100 of 100"],
            _lines.Select(line => line[..line.IndexOf(',', StringComparison.Ordinal)]));
        Assert.EndsWith("epoch 1, loss 2.500, 123 images/s, 0:01:29 left", _lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_rate_and_the_time_left_of_plain_work_are_those_since_it_began()
    {
        var progress = new ProgressLines(_lines.Add, _clock);
        progress.Report(new WorkProgress("embedding faces", 100, 1000, "faces"));
        _clock.Now += 10_000;
        progress.Report(new WorkProgress("embedding faces", 400, 1000, "faces"));
        Assert.Equal(["embedding faces: 400 of 1000 faces, 30 faces/s, 0:00:20 left"], _lines);
    }

    [Fact]
    public void A_stage_that_comes_again_counts_from_its_own_beginning()
    {
        var progress = new ProgressLines(_lines.Add, _clock);
        foreach (var wait in (long[])[10_000, 20_000])
        {
            progress.Report(new WorkProgress("asking the recogniser", 32, 1032, "views"));
            _clock.Now += wait;
            progress.Report(new WorkProgress("asking the recogniser", 532, 1032, "views"));
            progress.Report(new WorkProgress("asking the recogniser", 1032, 1032, "views"));
            // A training, and then the next branch.
            _clock.Now += 1_000_000;
            progress.Report(new TrainingProgress("branch", 1, 1, 1, 2.5, 123.4, TimeSpan.Zero));
        }

        Assert.Equal(
            ["50 views/s, 0:00:10 left", "25 views/s, 0:00:20 left"],
            _lines.Where(line => line.Contains("532 of 1032", StringComparison.Ordinal)).Select(line => line[(line.IndexOf("views, ", StringComparison.Ordinal) + 7)..]));
    }

    [Fact]
    public void Each_stage_has_a_last_line_however_short_it_was()
    {
        var progress = new ProgressLines(_lines.Add, _clock);
        foreach (var stage in (string[])["first", "second"])
        {
            progress.Report(new WorkProgress(stage, 1, 2, "steps"));
            progress.Report(new WorkProgress(stage, 2, 2, "steps"));
        }

        Assert.Equal(["first: 2 of 2 steps", "second: 2 of 2 steps"], _lines);
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
