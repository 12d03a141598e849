using System.Globalization;

namespace BTNet.Training.Distributed;

/// <summary>Finds out with whom this process trains.</summary>
public static class ProcessGroup
{
    /// <summary>Set by Open MPI's mpirun: how many processes it started.</summary>
    private const string RanksVariable = "OMPI_COMM_WORLD_SIZE";

    /// <summary>The group of processes that mpirun started this one in, or this process alone. Disposing of it leaves the
    /// group, and waits for the others to do so.</summary>
    /// <exception cref="InputException">It was started by mpirun, and Open MPI's library cannot be loaded.</exception>
    public static IProcessGroup Open() => IsRanked ? new OpenMpi(OpenMpiLibrary.Load()) : OneProcess.Instance;

    private static bool IsRanked =>
        int.TryParse(Environment.GetEnvironmentVariable(RanksVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var ranks) && ranks > 1;
}
