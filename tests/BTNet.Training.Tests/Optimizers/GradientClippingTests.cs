using BTNet.Training.Optimizers;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Optimizers;

public sealed class GradientClippingTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Gradients_are_clipped_as_torch_clips_them(double greatest)
    {
        using var scope = NewDisposeScope();
        var (ours, theirs) = (OptimizerTrial.Parameters([30, 4], [5], [2, 3, 3, 3]), OptimizerTrial.Parameters([30, 4], [5], [2, 3, 3, 3]));
        OptimizerTrial.SetGradients(ours, 1);
        OptimizerTrial.SetGradients(theirs, 1);
        // Two gradients of other sizes, so that the total norm is none of theirs.
        ours[1].grad!.mul_(3);
        theirs[1].grad!.mul_(3);

        var norm = GradientClipping.Clip(ours, greatest);

        Assert.Equal(nn.utils.clip_grad_norm_(theirs, greatest), norm, 1e-4);
        for (var i = 0; i < ours.Length; i++) OptimizerTrial.AssertClose(theirs[i].grad!, ours[i].grad!);
    }

    [Fact]
    public void Without_gradients_there_is_nothing_to_clip()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(0, GradientClipping.Clip(OptimizerTrial.Parameters([3]), 1));
    }
}
