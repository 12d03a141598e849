using System.Runtime.CompilerServices;
using BTNet.Training.Native;
using TorchSharp;

[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]

namespace BTNet.Training.Tests;

/// <summary>Before the first tensor: memory that is kept, and a core for each of the test classes that run at once.</summary>
internal static class FastMemory
{
    [ModuleInitializer]
    internal static void Prepare()
    {
        GlibcMemory.KeepForReuse();
        torch.set_num_threads(1);
    }
}

/// <summary>Tests that draw from torch's one generator and need the same draws again: they run alone.</summary>
[CollectionDefinition(nameof(TorchRandomness), DisableParallelization = true)]
public sealed class TorchRandomness;
