using System.Diagnostics;
using System.Runtime.InteropServices;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests;

/// <summary>How a run of the program ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    /// <summary>Fails with everything said where the exit code is another.</summary>
    public Ended Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, expected {exitCode}\n--- standard output\n{Output}\n--- standard error\n{Errors}");
        return this;
    }
}

/// <summary>The program itself, as a process of its own.</summary>
internal sealed partial class Btnet : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    /// <summary>Where programs of this run of the tests keep what they compute.</summary>
    private static TemporaryFolder Caches { get; } = new();

    static Btnet() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Caches.Dispose();

    private Btnet(string[] args, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(Host) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Program);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        // Tests run beside each other; with a thread a core each, they would mostly wait for one another. Where weights
        // are compared bit for bit, every run must have the same number of threads, and this sees to it.
        start.Environment["OMP_NUM_THREADS"] = "1";
        // Nothing of a test's stays in the user's own folder.
        start.Environment["XDG_CACHE_HOME"] = Caches.Path;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The program's file, for its host to run.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "BTNet.Cli.dll");

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    // The host of this very runtime: <root>/shared/Microsoft.NETCore.App/<version>/.
    private static string Host => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>Runs it to its end.</summary>
    public static Ended Run(params string[] args)
    {
        using var running = Start(args);
        return running.End();
    }

    /// <summary>Runs it to its end with other variables of the environment.</summary>
    public static Ended RunWith(KeyValuePair<string, string>[] environment, params string[] args)
    {
        using var running = new Btnet(args, environment);
        return running.End();
    }

    /// <summary>Starts it.</summary>
    public static Btnet Start(params string[] args) => new(args, []);

    /// <summary>Waits for the end.</summary>
    public Ended End()
    {
        if (!_process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            Kill();
            Assert.Fail($"btnet did not end\n{_errors.Result}");
        }

        _process.WaitForExit();
        return new Ended(_process.ExitCode, _output.Result, _errors.Result);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Any other signal, by its number on Linux and macOS.</summary>
    public void Signal(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
