using BTNet.Training.Checkpoints;

namespace BTNet.Training;

/// <summary>The weights that a training begins with, where a recipe's <c>startFrom</c> names another's.</summary>
internal static class StartingWeights
{
    /// <summary>Reads them into a new network, which is disposed where they cannot be read.</summary>
    /// <param name="network">The new network.</param>
    /// <param name="startFrom">The model to start from; null for the network's own first weights.</param>
    /// <param name="progressFile">Where an interrupted run keeps its state: one that is taken up has its weights there. Null where none is taken up.</param>
    /// <param name="read">Reads the network's part of a model.</param>
    public static T Into<T>(T network, string? startFrom, string? progressFile, Action<ModelDirectory, T> read)
        where T : IDisposable
    {
        if (startFrom is null || File.Exists(progressFile)) return network;
        try
        {
            read(new ModelDirectory(startFrom), network);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
