using System.Collections.Concurrent;

namespace BTNet.Training.Distributed;

/// <summary>A thread that makes exchanges in the order in which they are handed to it, while the one that hands them over
/// computes. Nobody else may exchange anything meanwhile.</summary>
internal sealed class ExchangeThread : IDisposable
{
    private readonly BlockingCollection<Task> _work = [];

    /// <summary>Starts it.</summary>
    public ExchangeThread() => new Thread(Run) { IsBackground = true, Name = "gradient exchange" }.Start();

    /// <summary>Hands an exchange over.</summary>
    /// <returns>Its end, or what went wrong in it.</returns>
    public Task Hand(Action exchange)
    {
        var task = new Task(exchange);
        _work.Add(task);
        return task;
    }

    /// <summary>Lets the thread end; does not wait for it, since after a fault other ranks may never come to what it is at.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var task in _work.GetConsumingEnumerable()) task.RunSynchronously(TaskScheduler.Default);
        _work.Dispose();
    }
}
