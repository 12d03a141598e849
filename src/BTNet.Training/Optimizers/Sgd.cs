using BTNet.Training.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Optimizers;

/// <summary>Stochastic gradient descent with momentum and weight decay, as torch.optim.SGD computes it.</summary>
public sealed class Sgd : IOptimizer
{
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly Tensor[] _velocities;

    /// <param name="parameters">What it moves.</param>
    /// <param name="momentum">Share of the last step that is kept, from 0 to below 1.</param>
    /// <param name="weightDecay">Added to the gradient: this times the value.</param>
    public Sgd(IEnumerable<Parameter> parameters, double momentum, double weightDecay)
    {
        Parameters = [.. parameters];
        (_momentum, _weightDecay) = (momentum, weightDecay);
        _velocities = [.. Parameters.Select(OptimizerState.Zeros)];
    }

    /// <inheritdoc />
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc />
    public IEnumerable<(string Name, Tensor Tensor)> State => _velocities.Select((velocity, i) => ($"velocity.{i}", velocity));

    /// <inheritdoc />
    public void ZeroGradients() => OptimizerState.ZeroGradients(Parameters);

    /// <inheritdoc />
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        for (var i = 0; i < _velocities.Length; i++)
        {
            if (Parameters[i].grad is not { } gradient) continue;
            // velocity starts at zero, so the first step is the gradient itself, as torch has it.
            _velocities[i].mul_(LastingScalar.Of(_momentum)).add_(gradient, LastingScalar.One).add_(Parameters[i], alpha: LastingScalar.Of(_weightDecay));
            Parameters[i].add_(_velocities[i], alpha: LastingScalar.Of(-learningRate));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var velocity in _velocities) velocity.Dispose();
    }
}
