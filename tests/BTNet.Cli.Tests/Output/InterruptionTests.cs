using System.Runtime.InteropServices;
using BTNet.Cli.Output;

namespace BTNet.Cli.Tests.Output;

public sealed class InterruptionTests
{
    private readonly StringWriter _said = new();

    [Fact]
    public void The_first_signal_asks_the_work_to_stop_and_the_second_is_left_to_the_system()
    {
        using var interruption = Create();
        var (first, second) = (new PosixSignalContext(PosixSignal.SIGINT), new PosixSignalContext(PosixSignal.SIGINT));
        interruption.Handle(first);
        Assert.True(first.Cancel && interruption.Token.IsCancellationRequested);
        interruption.Handle(second);
        Assert.False(second.Cancel);
        Assert.Contains("stopping", _said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signal_that_comes_after_the_end_is_left_to_the_system()
    {
        var interruption = Create();
        interruption.Dispose();
        var context = new PosixSignalContext(PosixSignal.SIGTERM);
        interruption.Handle(context);
        Assert.False(context.Cancel);
        Assert.Empty(_said.ToString());
    }

    [Fact]
    public async Task A_signal_while_the_work_ends_is_answered_or_left_but_never_fails()
    {
        for (var i = 0; i < 500; i++)
        {
            var interruption = Create();
            using var together = new Barrier(2);
            var signal = Task.Run(() =>
            {
                together.SignalAndWait();
                interruption.Handle(new PosixSignalContext(PosixSignal.SIGINT));
            }, TestContext.Current.CancellationToken);
            together.SignalAndWait(TestContext.Current.CancellationToken);
            interruption.Dispose();
            await signal;
        }
    }

    private Interruption Create() => new(new Terminal(TextWriter.Null, true, _said, true), "stopping");
}
