using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Optimizers;

/// <summary>What every optimizer does with its tensors.</summary>
internal static class OptimizerState
{
    public static Tensor Zeros(Parameter parameter)
    {
        using var _ = no_grad();
        var state = zeros_like(parameter);
        state.DetachFromDisposeScope();
        return state;
    }

    public static void ZeroGradients(IEnumerable<Parameter> parameters)
    {
        foreach (var parameter in parameters) parameter.grad = null;
    }
}
