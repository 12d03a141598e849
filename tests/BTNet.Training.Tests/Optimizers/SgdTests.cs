using BTNet.Training.Optimizers;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Optimizers;

public sealed class SgdTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.9, 0)]
    [InlineData(0, 0.01)]
    [InlineData(0.9, 0.01)]
    public void Ten_steps_are_those_of_torchs_own_SGD(double momentum, double weightDecay)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (OptimizerTrial.Parameters([3, 4], [5], [2, 3, 3, 3]), OptimizerTrial.Parameters([3, 4], [5], [2, 3, 3, 3]));
        using var optimizer = new Sgd(ours, momentum, weightDecay);
        using var torchs = optim.SGD(theirs, 0.1, momentum, dampening: 0, weight_decay: weightDecay);
        for (var step = 0; step < 10; step++)
        {
            OptimizerTrial.SetGradients(ours, step);
            OptimizerTrial.SetGradients(theirs, step);
            optimizer.Step(0.1);
            torchs.step();
        }

        for (var i = 0; i < ours.Length; i++) OptimizerTrial.AssertClose(theirs[i], ours[i]);
        Assert.All(ours.Zip(OptimizerTrial.Parameters([3, 4], [5], [2, 3, 3, 3])), pair => Assert.False(SmallNetworks.AreEqual(pair.First, pair.Second)));
    }

    [Fact]
    public void Restored_state_goes_on_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        OptimizerContract.AssertResumes(parameters => new Sgd(parameters, 0.9, 0.01));
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var scope = NewDisposeScope();
        OptimizerContract.AssertSkipsMissingGradients(parameters => new Sgd(parameters, 0.9, 0.01));
    }
}
