using System.Runtime.InteropServices;

namespace BTNet.Training.Distributed;

/// <summary>The processes that Open MPI's mpirun started, on one machine or several. A process can join once in its life.
/// Open MPI ends all ranks where an exchange fails, so a call that returns has succeeded.</summary>
internal sealed unsafe partial class OpenMpi : IProcessGroup
{
    /// <summary>1 to hand a GPU's memory to a library that says it takes it. Nobody has run that yet, so it must be asked for.</summary>
    public const string DeviceMemoryVariable = "BTNET_MPI_DEVICE_MEMORY";

    // Counts are 32-bit in MPI.
    private const int LargestPiece = 1 << 28;

    private readonly OpenMpiLibrary _mpi;
    private bool _left;

    /// <summary>Joins the group.</summary>
    public OpenMpi(OpenMpiLibrary mpi)
    {
        _mpi = mpi;
        int threads, rank, size;
        PreferRings();
        Check(mpi.InitThread(null, null, OpenMpiLibrary.Serialized, &threads));
        if (threads < OpenMpiLibrary.Serialized)
            throw new InputException($"this Open MPI serves only the thread that starts it (level {threads}), and gradients are exchanged on another; install one that was built with threads, as those of Debian and Ubuntu are");
        Check(mpi.CommRank(mpi.World, &rank));
        Check(mpi.CommSize(mpi.World, &size));
        (Rank, Size) = (rank, size);
        TakesDeviceMemory = Environment.GetEnvironmentVariable(DeviceMemoryVariable) is "1" && mpi.QueryCudaSupport != null && mpi.QueryCudaSupport() == 1;
    }

    /// <inheritdoc />
    public int Rank { get; }

    /// <inheritdoc />
    public int Size { get; }

    /// <inheritdoc />
    public bool TakesDeviceMemory { get; }

    /// <inheritdoc />
    public string Host => Environment.MachineName;

    /// <inheritdoc />
    public void Sum(Span<float> values) => Reduce(values, _mpi.Sum);

    /// <inheritdoc />
    public void Max(Span<float> values) => Reduce(values, _mpi.Max);

    /// <inheritdoc />
    public void AllGather(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        if (all.Length != (long)mine.Length * Size) throw new ArgumentException($"expected room for {Size} times {mine.Length} bytes, got {all.Length}", nameof(all));
        fixed (byte* from = mine, to = all) Check(_mpi.AllGather(from, mine.Length, _mpi.Byte, to, mine.Length, _mpi.Byte, _mpi.World));
    }

    /// <inheritdoc />
    public void Broadcast(Span<byte> values, int root = 0)
    {
        for (; values.Length > 0; values = values[Math.Min(LargestPiece, values.Length)..])
        {
            fixed (byte* piece = values) Check(_mpi.Broadcast(piece, Math.Min(LargestPiece, values.Length), _mpi.Byte, root, _mpi.World));
        }
    }

    /// <inheritdoc />
    public void Barrier() => Check(_mpi.Barrier(_mpi.World));

    /// <inheritdoc />
    public void Abort(int exitCode)
    {
        _left = true;
        Check(_mpi.Abort(_mpi.World, exitCode));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_left) return;
        _left = true;
        Check(_mpi.Finalize());
    }

    /// <summary>Asks for sums in a ring, in which each rank sends least: of 4 MiB, what this library picks by itself takes three times
    /// as long on 3 machines. Who has asked for something else by mpirun's --mca or in the environment
    /// is left it; what is set in Open MPI's parameter files counts less than this.</summary>
    private static void PreferRings()
    {
        if (!OperatingSystem.IsLinux()) return;
        const string Ring = "4";
        setenv("OMPI_MCA_coll_tuned_use_dynamic_rules", "1", overwrite: 0);
        setenv("OMPI_MCA_coll_tuned_allreduce_algorithm", Ring, overwrite: 0);
    }

    // .NET's own leaves the environment that C sees as it is.
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    private void Reduce(Span<float> values, nint operation)
    {
        if (values.Length == 0) return;
        fixed (float* all = values) Check(_mpi.AllReduce(OpenMpiLibrary.InPlace, all, values.Length, _mpi.Float, operation, _mpi.World));
    }

    private static void Check(int code)
    {
        if (code != 0) throw new InvalidOperationException($"Open MPI failed with error {code}");
    }
}
