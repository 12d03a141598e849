using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace BTNet.Training.Native;

/// <summary>Where a tensor's values lie, on any device: TorchSharp gives the memory of those on the CPU only.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>The values of a dense float32 tensor. Where they are on another device than the CPU, the span only carries their
    /// address and number to a library that takes such addresses: to read it here ends the program.</summary>
    public static Span<float> Floats(Tensor values) => new((void*)THSTensor_data(values.Handle), checked((int)values.NumberOfElements));

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint tensor);
}
