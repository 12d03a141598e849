using BTNet.Training.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Optimizers;

/// <summary>What holds for every optimizer.</summary>
internal static class OptimizerContract
{
    public static void AssertResumes(Func<Parameter[], IOptimizer> create)
    {
        var straight = OptimizerTrial.Parameters([3, 4], [5]);
        using var optimizer = create(straight);
        Run(optimizer, 0, 5);

        var stopped = OptimizerTrial.Parameters([3, 4], [5]);
        using var second = create(stopped);
        using (no_grad())
        {
            for (var i = 0; i < stopped.Length; i++) stopped[i].copy_(straight[i]);
            foreach (var (saved, restored) in optimizer.State.Zip(second.State))
            {
                Assert.Equal(saved.Name, restored.Name);
                restored.Tensor.copy_(saved.Tensor);
            }
        }

        Assert.Equal(optimizer.State.Count(), optimizer.State.Select(state => state.Name).Distinct().Count());
        Run(optimizer, 5, 10);
        Run(second, 5, 10);
        for (var i = 0; i < straight.Length; i++) Assert.True(SmallNetworks.AreEqual(straight[i], stopped[i]), $"parameter {i}");
    }

    public static void AssertSkipsMissingGradients(Func<Parameter[], IOptimizer> create)
    {
        var parameters = OptimizerTrial.Parameters([3, 4], [5]);
        var before = parameters[0].detach().clone();
        using var optimizer = create(parameters);
        OptimizerTrial.SetGradients(parameters, 0);
        optimizer.ZeroGradients();
        Assert.All(parameters, parameter => Assert.Null(parameter.grad));
        parameters[1].grad = ones(5);
        optimizer.Step(0.1);

        Assert.True(SmallNetworks.AreEqual(before, parameters[0]));
        Assert.False(SmallNetworks.AreEqual(OptimizerTrial.Parameters([3, 4], [5])[1], parameters[1]));
    }

    private static void Run(IOptimizer optimizer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            optimizer.ZeroGradients();
            OptimizerTrial.SetGradients(optimizer.Parameters, step);
            optimizer.Step(0.01 * (step + 1));
        }
    }
}
