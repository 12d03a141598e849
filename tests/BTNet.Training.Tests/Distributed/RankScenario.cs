using System.Reflection;
using BTNet.TestSupport;
using BTNet.Training.Distributed;

namespace BTNet.Training.Tests.Distributed;

/// <summary>
/// Runs scenarios on ranks under mpirun: static methods that take the group, and whose assertions hold on every rank. The
/// ranks are this very program, asked for the one test that runs the scenario named in the environment; where none is named, as in
/// every other run, that test has nothing to do.
/// </summary>
public sealed class RankScenario
{
    private const string FolderVariable = "BTNET_TEST_FOLDER";
    private const string ScenarioVariable = "BTNET_TEST_SCENARIO";

    /// <summary>A folder that all ranks see.</summary>
    internal static string Folder => Variable(FolderVariable);

    /// <summary>Starts a scenario and fails where a rank fails.</summary>
    /// <param name="ranks">How many.</param>
    /// <param name="owner">The class that holds it.</param>
    /// <param name="name">The method's name there.</param>
    internal static void Run(int ranks, Type owner, string name)
    {
        Mpirun.Require();
        using var folder = new TemporaryFolder();
        using var running = Mpirun.Start(ranks, Command, KeyValuePair.Create(FolderVariable, folder.Path), KeyValuePair.Create(ScenarioVariable, $"{owner.FullName} {name}"));
        var (code, said) = running.End();
        Assert.True(code == 0, $"{ranks} ranks of {name} ended with {code}\n{said}");
        Assert.Equal(ranks, said.Split($"{name} passed on rank").Length - 1);
    }

    /// <summary>A rank that fails ends all: the others would wait for it.</summary>
    [Fact]
    public void This_process_is_a_rank_under_mpirun()
    {
        if (Environment.GetEnvironmentVariable(ScenarioVariable) is not { } named) return;
        var scenario = named.Split(' ');
        var part = typeof(RankScenario).Assembly.GetType(scenario[0])!.GetMethod(scenario[1], BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<Action<IProcessGroup>>();
        using var group = ProcessGroup.Open();
        try
        {
            part(group);
            Console.Error.WriteLine($"{scenario[1]} passed on rank {group.Rank} of {group.Size}");
        }
        catch (Exception fault)
        {
            Console.Error.WriteLine($"{scenario[1]} failed on rank {group.Rank}: {fault}");
            group.Abort(1);
            throw;
        }
    }

    private static string[] Command =>
    [
        Mpirun.Dotnet, Path.Combine(AppContext.BaseDirectory, "BTNet.Training.Tests.dll"),
        "--filter-method", $"{typeof(RankScenario).FullName}.{nameof(This_process_is_a_rank_under_mpirun)}", "--progress", "off"
    ];

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set: this runs under mpirun only");
}
