using System.Diagnostics;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>Ranks on several hosts that this machine plays: see tests/hosts/hosts.sh.</summary>
public sealed class HostsTests(TinyModel tiny) : IDisposable
{
    private const int CannotPlayHosts = 77;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Ranks_on_three_hosts_learn_over_the_network_what_ranks_on_one_machine_learn()
    {
        Mpirun.Require();
        var (apart, together) = (_folder.File("apart"), _folder.File("together"));
        string[] Command(string model) => [Mpirun.Dotnet, Btnet.Program, .. tiny.TrainTrunk(model, "--batch", "3", "--epochs", "2")];

        OnHosts(3, "1gbit", Command(apart));

        using var running = Mpirun.Start(3, Command(together));
        var (code, said) = running.End();
        Assert.True(code == 0, said);
        foreach (var file in (string[])["trunk.safetensors", "classifier.safetensors"]) TensorBytes.AssertEqual(Path.Combine(together, file), Path.Combine(apart, file));
    }

    [Fact]
    public void A_refusal_names_the_hosts()
    {
        Mpirun.Require();
        // Each host gives its own name as the recipe's seed.
        var said = OnHosts(2, "unlimited", ["sh", "-c", $"exec \"$@\" --seed $(hostname | tr -dc 0-9)", "sh", Mpirun.Dotnet, Btnet.Program, .. tiny.TrainTrunk(_folder.File("model"), "--batch", "4")], expected: 2);

        Assert.Contains("rank 0 on host1: ", said, StringComparison.Ordinal);
        Assert.Contains("rank 1 on host2: ", said, StringComparison.Ordinal);
    }

    /// <summary>Skips the running test, saying why, where the script cannot play hosts.</summary>
    private static string OnHosts(int hosts, string rate, string[] command, int expected = 0)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])[Script(), $"{hosts}", rate, .. command]) start.ArgumentList.Add(argument);
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the hosts did not end\n{errors.Result}");
        }

        process.WaitForExit();
        var said = errors.Result + output.Result;
        Assert.SkipWhen(process.ExitCode == CannotPlayHosts, said.Trim());
        Assert.True(process.ExitCode == expected, $"ended with {process.ExitCode}\n{said}");
        return said;
    }

    private static string Script() => Path.Combine(Repository.Root, "tests", "hosts", "hosts.sh");

    public void Dispose() => _folder.Dispose();
}
