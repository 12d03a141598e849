using BTNet.Training.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019; betas 0.9 and 0.999, epsilon 1e-8).
/// Decay touches matrices and kernels only, not norms, slopes and biases.</summary>
public sealed class AdamW : IOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly double _weightDecay;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor _steps;

    /// <param name="parameters">What it moves.</param>
    /// <param name="weightDecay">Share of a value taken off at a step, times the learning rate.</param>
    public AdamW(IEnumerable<Parameter> parameters, double weightDecay)
    {
        Parameters = [.. parameters];
        _weightDecay = weightDecay;
        _means = [.. Parameters.Select(OptimizerState.Zeros)];
        _squares = [.. Parameters.Select(OptimizerState.Zeros)];
        _steps = zeros(1, dtype: ScalarType.Int64);
        _steps.DetachFromDisposeScope();
    }

    /// <inheritdoc />
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc />
    public IEnumerable<(string Name, Tensor Tensor)> State =>
        [.. _means.Select((mean, i) => ($"mean.{i}", mean)), .. _squares.Select((square, i) => ($"square.{i}", square)), ("steps", _steps)];

    /// <inheritdoc />
    public void ZeroGradients() => OptimizerState.ZeroGradients(Parameters);

    /// <inheritdoc />
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var step = _steps.add_(LastingScalar.One, LastingScalar.One).item<long>();
        var correction1 = 1 - Math.Pow(Beta1, step);
        var correction2 = Math.Sqrt(1 - Math.Pow(Beta2, step));
        for (var i = 0; i < _means.Length; i++)
        {
            var parameter = Parameters[i];
            if (parameter.grad is not { } gradient) continue;
            if (parameter.dim() > 1) parameter.mul_(LastingScalar.Of(1 - (learningRate * _weightDecay)));
            _means[i].mul_(LastingScalar.Of(Beta1)).add_(gradient, alpha: LastingScalar.Of(1 - Beta1));
            _squares[i].mul_(LastingScalar.Of(Beta2)).addcmul_(gradient, gradient, value: LastingScalar.Of(1 - Beta2));
            var root = _squares[i].sqrt().div_(LastingScalar.Of(correction2)).add_(LastingScalar.Of(Epsilon), LastingScalar.One);
            parameter.addcdiv_(_means[i], root, value: LastingScalar.Of(-learningRate / correction1));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, tensor) in State) tensor.Dispose();
    }
}
