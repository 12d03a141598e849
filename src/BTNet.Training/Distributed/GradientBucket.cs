using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>Gradients that are exchanged together, one behind the other in memory of their own.</summary>
internal sealed class GradientBucket : IDisposable
{
    private readonly IReadOnlyList<Parameter> _parameters;

    /// <summary>Copies the gradients, which must be complete.</summary>
    public GradientBucket(IReadOnlyList<Parameter> parameters)
    {
        _parameters = parameters;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        Values = cat([.. parameters.Select(parameter => parameter.grad!.reshape(-1))]).DetachFromDisposeScope();
    }

    /// <summary>The gradients, <c>[n]</c>.</summary>
    public Tensor Values { get; }

    /// <summary>Puts the values back into the gradients.</summary>
    public void PutBack()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var at = 0L;
        foreach (var gradient in _parameters.Select(parameter => parameter.grad!))
        {
            gradient.copy_(Values.narrow(0, at, gradient.NumberOfElements).reshape(gradient.shape));
            at += gradient.NumberOfElements;
        }
    }

    /// <inheritdoc />
    public void Dispose() => Values.Dispose();
}
