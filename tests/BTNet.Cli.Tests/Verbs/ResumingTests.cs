using System.Diagnostics;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>A training that is stopped and started again must end as one that was not, bit for bit. All runs have the
/// same number of threads (<see cref="Btnet"/>), on which the order of sums depends.</summary>
public sealed class ResumingTests(TinyModel tiny) : IDisposable
{
    private const int Kills = 4;
    private const int Interrupt = 2; // SIGINT, what Ctrl-C sends
    private const int Terminate = 15; // SIGTERM

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_trunk_that_was_killed_again_and_again_is_the_one_that_was_not()
    {
        var model = _folder.File("model");
        KillAndResume(tiny.TrainTrunk(model), Path.Combine(model, "trunk.progress.safetensors"));
        TensorBytes.AssertEqual(Path.Combine(tiny.Model, "trunk.safetensors"), Path.Combine(model, "trunk.safetensors"));
        TensorBytes.AssertEqual(Path.Combine(tiny.Model, "classifier.safetensors"), Path.Combine(model, "classifier.safetensors"));
        Assert.Empty(Directory.GetFiles(model, "*.tmp"));
    }

    [Fact]
    public void A_branch_that_was_killed_again_and_again_is_the_one_that_was_not()
    {
        var model = tiny.CopyTo(_folder.File("model"));
        KillAndResume(tiny.TrainBranch(model), Path.Combine(model, "branch-14.progress.safetensors"));
        TensorBytes.AssertEqual(Path.Combine(tiny.Model, "branch-14.safetensors"), Path.Combine(model, "branch-14.safetensors"));
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public void Ctrl_C_or_a_request_to_end_saves_and_the_same_command_goes_on_to_the_same_end(int signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        Assert.SkipWhen(signal == Interrupt && Signals.InterruptsAreIgnored(), "started in the background by a shell, whose children ignore Ctrl-C");
        var model = _folder.File("model");
        var progress = Path.Combine(model, "trunk.progress.safetensors");
        using (var running = Btnet.Start(tiny.TrainTrunk(model, "--json")))
        {
            WaitFor(() => File.Exists(progress) || running.HasEnded);
            running.Signal(signal);
            var ended = running.End().Expect(130);
            Assert.Contains("stopping after this step", ended.Errors, StringComparison.Ordinal);
            Assert.Contains("the same command resumes it", ended.Errors, StringComparison.Ordinal);
            Assert.Contains("\"finished\": false", ended.Output, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(progress));
        Assert.False(File.Exists(Path.Combine(model, "trunk.safetensors")));
        Assert.Contains("trunk: resuming at step", Btnet.Run(tiny.TrainTrunk(model)).Expect(0).Errors, StringComparison.Ordinal);
        TensorBytes.AssertEqual(Path.Combine(tiny.Model, "trunk.safetensors"), Path.Combine(model, "trunk.safetensors"));
        Assert.False(File.Exists(progress));
    }

    /// <summary>Kills at random moments soon after a save, which may be within the next one; the first time at once,
    /// and with a save after every step, since the training is short and the first save is then far from its end.</summary>
    private static void KillAndResume(string[] command, string progress)
    {
        var random = new Random();
        var killed = 0;
        for (var i = 0; i < Kills; i++)
        {
            var before = Written(progress);
            using var running = Btnet.Start(i == 0 ? [.. command, "--set", "run.saveEvery=1"] : command);
            WaitFor(() => Written(progress) > before || running.HasEnded);
            if (i > 0) Thread.Sleep(random.Next(150));
            if (running.HasEnded) break;
            running.Kill();
            killed++;
            running.End();
        }

        Assert.True(killed > 0, "no run was killed before it was done");
        var last = Btnet.Start(command);
        var ended = last.End();
        // The kill may have come between the last save and the end of the process.
        if (ended.ExitCode == 2) Assert.Contains("is trained already", ended.Errors, StringComparison.Ordinal);
        else Assert.Contains("resuming at step", ended.Expect(0).Errors, StringComparison.Ordinal);
    }

    private static DateTime Written(string file) => File.Exists(file) ? File.GetLastWriteTimeUtc(file) : DateTime.MinValue;

    private static void WaitFor(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "nothing happened for two minutes");
            Thread.Sleep(5);
        }
    }

    public void Dispose() => _folder.Dispose();
}
