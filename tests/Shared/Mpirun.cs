using System.Diagnostics;
using System.Runtime.InteropServices;

namespace BTNet.TestSupport;

/// <summary>
/// Programs started as several ranks on this machine by Open MPI's mpirun, a thread each. A test that needs them calls
/// <see cref="Require"/>, which skips it where mpirun is absent; where <c>BTNET_REQUIRE_MPI</c> is 1, as in CI, it fails.
/// </summary>
internal sealed partial class Mpirun : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private Mpirun(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", .. arguments]) start.ArgumentList.Add(argument);
        start.Environment["OMP_NUM_THREADS"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The program that runs .NET ones: this very runtime's.</summary>
    public static string Dotnet => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public bool HasEnded => _process.HasExited;

    /// <summary>The processes of the ranks that run, by rank as far as the system counts upwards.</summary>
    public IReadOnlyList<int> Ranks => [.. File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Order()];

    private static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, "mpirun")).FirstOrDefault(File.Exists);

    /// <summary>Skips the running test where mpirun is absent; fails it there where that is asked for.</summary>
    public static void Require()
    {
        const string Why = "needs Open MPI's mpirun: apt-get install openmpi-bin libopenmpi3";
        if (Environment.GetEnvironmentVariable("BTNET_REQUIRE_MPI") is "1") Assert.True(Program is not null, Why);
        Assert.SkipWhen(Program is null, Why);
    }

    /// <summary>Starts as many ranks of one command.</summary>
    public static Mpirun Start(int ranks, IReadOnlyList<string> command, params IEnumerable<KeyValuePair<string, string>> environment) =>
        new(["-np", $"{ranks}", .. command], environment);

    /// <summary>Starts as many ranks of one command; at a Ctrl-C mpirun asks them to end after as many seconds, and kills them after
    /// as many again.</summary>
    public static Mpirun StartPatient(int ranks, int seconds, IReadOnlyList<string> command) =>
        new(["--mca", "odls_base_sigkill_timeout", $"{seconds}", "-np", $"{ranks}", .. command], []);

    /// <summary>Starts a rank of each command, which may begin with options of mpirun for that rank.</summary>
    public static Mpirun StartEach(params IEnumerable<IReadOnlyList<string>> commands) =>
        new(commands.SelectMany((command, rank) => (string[])[.. rank == 0 ? (string[])[] : [":"], "-np", "1", .. command]), []);

    /// <summary>Waits for the end of all ranks.</summary>
    /// <returns>mpirun's exit code, and all that was said.</returns>
    public (int ExitCode, string Said) End()
    {
        if (!_process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"mpirun did not end\n{_errors.Result}\n{_output.Result}");
        }

        _process.WaitForExit();
        return (_process.ExitCode, _errors.Result + _output.Result);
    }

    /// <summary>Sends mpirun itself a signal, by its number.</summary>
    public void Signal(int signal) => Assert.Equal(0, kill(_process.Id, signal));

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
