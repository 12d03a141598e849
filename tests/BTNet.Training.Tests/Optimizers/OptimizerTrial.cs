using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Optimizers;

/// <summary>Parameters and gradients that are the same each time they are asked for.</summary>
internal static class OptimizerTrial
{
    public static Parameter[] Parameters(params long[][] shapes)
    {
        using var generator = new Generator(5);
        return [.. shapes.Select(shape => new Parameter(randn(shape, generator: generator), requires_grad: true))];
    }

    public static void SetGradients(IEnumerable<Parameter> parameters, int step)
    {
        using var generator = new Generator((ulong)(100 + step));
        foreach (var parameter in parameters) parameter.grad = randn(parameter.shape, generator: generator);
    }

    public static void AssertClose(Tensor expected, Tensor actual)
    {
        var (left, right) = (expected.detach().flatten().data<float>().ToArray(), actual.detach().flatten().data<float>().ToArray());
        Assert.Equal(left.Length, right.Length);
        for (var i = 0; i < left.Length; i++) Assert.Equal(left[i], right[i], 2e-6f);
    }
}
