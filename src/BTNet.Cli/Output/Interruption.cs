using System.Runtime.InteropServices;

namespace BTNet.Cli.Output;

/// <summary>The first Ctrl-C, SIGTERM or, on Linux, SIGUSR1 asks the work to stop; the second ends the program at once.</summary>
internal sealed class Interruption : IDisposable
{
    // mpirun passes this one on to all ranks and lets them end as they like, which it does with no other that ends a program.
    private const PosixSignal UserSignal = (PosixSignal)10;

    private readonly Lock _lock = new(); // a signal arrives on a thread of its own, and may while the work ends
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;
    private readonly Terminal _terminal;
    private readonly string _said;
    private bool _disposed;

    /// <param name="terminal">Where the user is told.</param>
    /// <param name="said">What the first signal is answered with.</param>
    public Interruption(Terminal terminal, string said)
    {
        (_terminal, _said) = (terminal, said);
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, .. OperatingSystem.IsLinux() ? [UserSignal] : (PosixSignal[])[]];
        _signals = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        lock (_lock)
        {
            _disposed = true;
            _source.Dispose();
        }
    }

    /// <summary>Answers a signal; one that comes too late to stop anything is left to the system.</summary>
    internal void Handle(PosixSignalContext context)
    {
        lock (_lock)
        {
            if (_disposed) return;
            if (_source.IsCancellationRequested)
            {
                _terminal.Messages.Cursor.Show(true); // a progress bar hides it
                return; // what the system does by itself: the program ends
            }

            context.Cancel = true;
            _source.Cancel();
        }

        _terminal.Say(_said);
    }
}
