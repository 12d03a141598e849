using BTNet.Training.Optimizers;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Optimizers;

public sealed class AdamWTests
{
    [Fact]
    public void Ten_steps_on_matrices_and_kernels_are_those_of_torchs_own_AdamW()
    {
        using var scope = NewDisposeScope();
        AssertLikeTorchs([[3, 4], [2, 3, 3, 3]], torchsDecay: 0.05);
    }

    [Fact]
    public void Norms_slopes_and_biases_are_not_decayed()
    {
        using var scope = NewDisposeScope();
        AssertLikeTorchs([[5], [1]], torchsDecay: 0);
    }

    [Fact]
    public void Restored_state_goes_on_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        OptimizerContract.AssertResumes(parameters => new AdamW(parameters, 0.05));
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var scope = NewDisposeScope();
        OptimizerContract.AssertSkipsMissingGradients(parameters => new AdamW(parameters, 0.05));
    }

    private static void AssertLikeTorchs(long[][] shapes, double torchsDecay)
    {
        var (ours, theirs) = (OptimizerTrial.Parameters(shapes), OptimizerTrial.Parameters(shapes));
        using var optimizer = new AdamW(ours, 0.05);
        using var torchs = optim.AdamW(theirs, 0.01, 0.9, 0.999, 1e-8, torchsDecay);
        for (var step = 0; step < 10; step++)
        {
            OptimizerTrial.SetGradients(ours, step);
            OptimizerTrial.SetGradients(theirs, step);
            optimizer.Step(0.01);
            torchs.step();
        }

        for (var i = 0; i < ours.Length; i++) OptimizerTrial.AssertClose(theirs[i], ours[i]);
    }
}
