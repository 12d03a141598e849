using TorchSharp;

namespace BTNet.Training.Tests;

/// <summary>How many tensors there are, in this whole process.</summary>
internal static class LiveTensors
{
    /// <summary>Counts them when those that nothing holds any more are gone: what an earlier test left to the collector would go at a moment of its own, between two counts.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }
}
