using System.Runtime.ExceptionServices;
using BTNet.Training.Distributed;

namespace BTNet.Cli.Output;

/// <summary>A process's part among those that mpirun started: rank 0 speaks for all, and another only of itself. Alone, it is
/// rank 0.</summary>
/// <param name="Group">The processes.</param>
/// <param name="Common">Where what is so on all ranks is said: nowhere, but on rank 0.</param>
/// <param name="Own">Where this rank says what is so on it alone.</param>
internal sealed record Ranks(IProcessGroup Group, Terminal Common, Terminal Own)
{
    /// <summary>Does work together with the other ranks. A fault of this one alone ends all of them, since the others would
    /// wait for it for ever.</summary>
    public static int Together(Terminal terminal, Func<Ranks, int> work)
    {
        using var group = ProcessGroup.Open();
        var ranks = new Ranks(group, group.Rank == 0 ? terminal : Terminal.Silent(), terminal);
        if (group.Size == 1) return work(ranks);
        try
        {
            return work(ranks);
        }
        catch (Exception fault)
        {
            var isCommon = Agreement.Is(fault);
            if (!isCommon) terminal.Say($"{ranks.Name} failed, and the others are stopped:");
            var code = Failures.Guard(isCommon ? ranks.Common : terminal, () =>
            {
                ExceptionDispatchInfo.Throw(fault);
                return ExitCode.Failed;
            });
            if (!isCommon) group.Abort(code);
            return code;
        }
    }

    /// <summary>A line for people, of this rank where it is not the first.</summary>
    public void Say(string line) => Own.Say(Group.Rank == 0 ? line : $"{Name}: {line}");

    private string Name => $"rank {Group.Rank} on {Group.Host}";
}
