using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Optimizers;

/// <summary>
/// Moves parameters against their gradients. Its state is plain tensors under names, so that a checkpoint holds it with
/// everything else in one file and a resumed run continues bit for bit.
/// </summary>
public interface IOptimizer : IDisposable
{
    /// <summary>What it moves.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Tensors to save and to restore in place, by name.</summary>
    IEnumerable<(string Name, Tensor Tensor)> State { get; }

    /// <summary>Forgets the gradients.</summary>
    void ZeroGradients();

    /// <summary>One step with the gradients that are there; a parameter without one stays.</summary>
    /// <param name="learningRate">This step's.</param>
    void Step(double learningRate);
}
