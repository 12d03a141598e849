using BTNet.Embeddings;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>What one step came to.</summary>
/// <param name="Total">The loss that was minimised.</param>
/// <param name="Parts">Its parts by name, not yet weighted.</param>
/// <param name="GradientNorm">Total norm of the gradients before clipping.</param>
public sealed record StepResult(double Total, IReadOnlyDictionary<string, double> Parts, double GradientNorm)
{
    /// <summary>Whether what this rank's own images came to is finite; <see cref="Total"/> is that of the images of all.</summary>
    public bool OwnIsFinite { get; init; } = true;

    /// <summary>Whether everything is.</summary>
    public bool IsFinite => OwnIsFinite && double.IsFinite(Total) && double.IsFinite(GradientNorm);
}

/// <summary>What a <see cref="Trainer"/> trains: networks, losses and optimizer of one stage, one step at a time.</summary>
internal interface ILearner : IDisposable
{
    /// <summary>A name for files: <c>trunk</c>, <c>branch-14</c>.</summary>
    string Name { get; }

    /// <summary>What maps are like.</summary>
    MapForm Form { get; }

    /// <summary>Who times the parts of each step; null for nobody.</summary>
    StepProbe? Probe { get; set; }

    /// <summary>The networks in their present state, for judging.</summary>
    IEmbedder Embedder { get; }

    /// <summary>Every tensor that a resumed run needs, by name, to be restored in place.</summary>
    IEnumerable<(string Name, Tensor Tensor)> State { get; }

    /// <summary>Tensors of which this rank has some rows only, by name, and which; empty in one process.</summary>
    IReadOnlyDictionary<string, RowShards> Shards { get; }

    /// <summary>What the loss has learnt.</summary>
    IReadOnlyList<double> LossState { get; }

    /// <summary>Puts the loss's state back.</summary>
    void RestoreLoss(IReadOnlyList<double> state);

    /// <summary>One step; over several ranks, a step of all on the images of all.</summary>
    StepResult Step(FaceBatch batch, double learningRate);

    /// <summary>Brings to the disk what a state that is saved next relies on beside itself.</summary>
    void Flush()
    {
    }

    /// <summary>Writes what was trained into the checkpoint: rank 0 does, and all take part.</summary>
    void Publish(ModelDirectory model, string provenance);
}
