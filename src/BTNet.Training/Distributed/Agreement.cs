namespace BTNet.Training.Distributed;

/// <summary>What all ranks do together, so that one's fault stops all of them and is told once.</summary>
public static class Agreement
{
    private const string Mark = "btnet.told-by-all-ranks";

    /// <summary>Whether every rank throws this fault, or one about the same: one of them need tell it.</summary>
    public static bool Is(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault.Data.Contains(Mark);
    }

    /// <summary>Does something on every rank; where the input is at fault on any, all throw.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="work">What each does; it makes no exchange of its own.</param>
    /// <exception cref="InputException">The fault; with the ranks that have it, where not all do.</exception>
    public static T Together<T>(this IProcessGroup group, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(work);
        if (group.Size == 1) return work();
        InputException? here = null;
        var result = default(T);
        try
        {
            result = work();
        }
        catch (InputException fault)
        {
            here = fault;
        }

        var faults = group.Gather(here?.Message ?? "");
        if (faults.All(fault => fault.Length == 0)) return result!;
        (result as IDisposable)?.Dispose();
        if (faults.Distinct(StringComparer.Ordinal).Count() == 1) throw Marked(new InputException(faults[0], here));
        var hosts = group.Gather(group.Host);
        throw Marked(new InputException(string.Join('\n', faults.Select((fault, rank) => fault.Length == 0 ? "" : $"{Named(rank, hosts)}: {fault}").Where(line => line.Length > 0)), here));
    }

    /// <inheritdoc cref="Together{T}"/>
    public static void Together(this IProcessGroup group, Action work) => group.Together(() =>
    {
        work();
        return true;
    });

    /// <summary>Does something on rank 0 and gives every rank the text that came of it.</summary>
    /// <exception cref="InputException">The input is at fault there.</exception>
    internal static string OnFirst(this IProcessGroup group, Func<string> work)
    {
        if (group.Size == 1) return work();
        var text = "";
        group.Together(() => text = group.Rank == 0 ? work() : "");
        return group.Gather(text)[0];
    }

    /// <summary>Sees to it that a text is the same on all ranks.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="what">What the text is of: <c>recipes</c>.</param>
    /// <param name="mine">This rank's.</param>
    /// <exception cref="InputException">It is not; the first rank that differs from rank 0 is named with it.</exception>
    internal static void Same(this IProcessGroup group, string what, string mine)
    {
        if (group.Size == 1) return;
        var all = group.Gather(mine);
        var other = Array.FindIndex(all, text => text != all[0]);
        if (other < 0) return;
        var hosts = group.Gather(group.Host);
        throw Marked(new InputException($"the ranks have different {what}, so they cannot train one network. Start all with the same program, recipe and data\n  {Named(0, hosts)}: {all[0]}\n  {Named(other, hosts)}: {all[other]}"));
    }

    /// <summary>A fault that every rank throws.</summary>
    internal static InputException Marked(InputException fault)
    {
        fault.Data[Mark] = true;
        return fault;
    }

    /// <summary>How a rank is called in messages.</summary>
    internal static string Named(int rank, IReadOnlyList<string> hosts) => $"rank {rank} on {hosts[rank]}";
}
