using System.Runtime.InteropServices;

namespace BTNet.Training.Distributed;

/// <summary>The C functions of Open MPI 4 and 5 (libmpi.so.40) that are used here. A handle is the address of a variable
/// that the library exports, which is what the macros of its mpi.h stand for.</summary>
internal sealed unsafe partial class OpenMpiLibrary
{
    /// <summary>Another file than the one that the system finds, for an Open MPI outside the usual folders.</summary>
    public const string FileVariable = "BTNET_MPI_LIBRARY";

    private const string UsualFile = "libmpi.so.40";

    // dlfcn.h of glibc. Open MPI's plug-ins look for its symbols among the global ones.
    private const int Now = 2;
    private const int Global = 0x100;

    private OpenMpiLibrary(nint library)
    {
        nint Symbol(string name) => NativeLibrary.GetExport(library, name);
        (World, Float, Byte) = (Symbol("ompi_mpi_comm_world"), Symbol("ompi_mpi_float"), Symbol("ompi_mpi_byte"));
        (Sum, Max) = (Symbol("ompi_mpi_op_sum"), Symbol("ompi_mpi_op_max"));
        InitThread = (delegate* unmanaged<int*, byte***, int, int*, int>)Symbol("MPI_Init_thread");
        CommRank = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Symbol("MPI_Comm_size");
        AllReduce = (delegate* unmanaged<nint, void*, int, nint, nint, nint, int>)Symbol("MPI_Allreduce");
        AllGather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Symbol("MPI_Allgather");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, int>)Symbol("MPI_Bcast");
        Barrier = (delegate* unmanaged<nint, int>)Symbol("MPI_Barrier");
        Abort = (delegate* unmanaged<nint, int, int>)Symbol("MPI_Abort");
        Finalize = (delegate* unmanaged<int>)Symbol("MPI_Finalize");
        if (NativeLibrary.TryGetExport(library, "MPIX_Query_cuda_support", out var query)) QueryCudaSupport = (delegate* unmanaged<int>)query;
    }

    /// <summary>MPI_IN_PLACE: the values to send lie where those received go.</summary>
    public static nint InPlace => 1;

    /// <summary>MPI_THREAD_SERIALIZED: several threads, one at a time.</summary>
    public static int Serialized => 2;

    /// <summary>The communicator of all ranks.</summary>
    public nint World { get; }

    /// <summary>The type of 32-bit floats.</summary>
    public nint Float { get; }

    /// <summary>The type of bytes.</summary>
    public nint Byte { get; }

    /// <summary>The operation that adds.</summary>
    public nint Sum { get; }

    /// <summary>The operation that takes the greatest.</summary>
    public nint Max { get; }

    /// <summary>argc, argv, thread level asked for, thread level given.</summary>
    public delegate* unmanaged<int*, byte***, int, int*, int> InitThread { get; }

    /// <summary>Communicator, rank.</summary>
    public delegate* unmanaged<nint, int*, int> CommRank { get; }

    /// <summary>Communicator, size.</summary>
    public delegate* unmanaged<nint, int*, int> CommSize { get; }

    /// <summary>From, to, count, type, operation, communicator.</summary>
    public delegate* unmanaged<nint, void*, int, nint, nint, nint, int> AllReduce { get; }

    /// <summary>From, count, type, to, count from each, type, communicator.</summary>
    public delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> AllGather { get; }

    /// <summary>Values, count, type, root, communicator.</summary>
    public delegate* unmanaged<void*, int, nint, int, nint, int> Broadcast { get; }

    /// <summary>Communicator.</summary>
    public delegate* unmanaged<nint, int> Barrier { get; }

    /// <summary>Communicator, exit code.</summary>
    public delegate* unmanaged<nint, int, int> Abort { get; }

    /// <summary>Leaves.</summary>
    public delegate* unmanaged<int> Finalize { get; }

    /// <summary>Whether it takes addresses of CUDA's memory: 1 or 0. Null where this build cannot be asked.</summary>
    public delegate* unmanaged<int> QueryCudaSupport { get; }

    /// <summary>Loads the library into the process.</summary>
    /// <exception cref="InputException">It is not there, or is no Open MPI.</exception>
    public static OpenMpiLibrary Load()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } given ? given : UsualFile;
        try
        {
            if (dlopen(file, Now | Global) is not 0 and var library) return new OpenMpiLibrary(library);
            throw Missing(file, Marshal.PtrToStringUTF8(dlerror()));
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            throw Missing(file, fault.Message, fault);
        }
    }

    private static InputException Missing(string file, string? why, Exception? inner = null) => new(
        $"mpirun started this program, and Open MPI's library {file} cannot be loaded: {why}. Install Open MPI 4 or 5 on this machine "
        + $"(Debian and Ubuntu: `apt-get install openmpi-bin libopenmpi3`, from Ubuntu 24.04 on libopenmpi3t64), name its file in {FileVariable}, or start without mpirun to train in one process", inner);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string file, int mode);

    [LibraryImport("libc")]
    private static partial nint dlerror();
}
