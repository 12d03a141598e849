using BTNet.Training.Optimizers;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Optimizers;

public sealed class WeightAverageTests
{
    [Fact]
    public void The_average_of_what_does_not_change_is_that()
    {
        using var scope = NewDisposeScope();
        var live = tensor([1f, -2f, 3.5f]);
        using var average = new WeightAverage([live], 0.99);

        for (var step = 0; step < 50; step++) average.Follow(step);

        Assert.Equal([1f, -2f, 3.5f], average.State.Single().Tensor.data<float>().ToArray().Select(value => MathF.Round(value, 5)));
    }

    [Fact]
    public void Each_step_keeps_its_share_and_the_first_ones_less()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (tensor([0f]), tensor([10f, 20f]));
        using var average = new WeightAverage([first, second], 0.5);
        var expected = 0.0;
        for (var step = 0; step < 40; step++)
        {
            first.fill_(MathF.Sin(step));
            average.Follow(step);
            var kept = Math.Min(0.5, (1.0 + step) / (10 + step));
            expected = (kept * expected) + ((1 - kept) * MathF.Sin(step));
            if (step == 0) Assert.Equal(0.1, kept);
        }

        Assert.Equal(expected, average.State.First().Tensor.item<float>(), 1e-5);
        Assert.Equal([10f, 20f], average.State.Last().Tensor.data<float>().ToArray(), (one, other) => Math.Abs(one - other) < 1e-4);
        Assert.Equal(["average.0", "average.1"], average.State.Select(state => state.Name));
    }

    [Fact]
    public void Exchanging_twice_is_as_before_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var live = tensor([0.1f, 0.7f]);
        using var average = new WeightAverage([live], 0.9);
        live.add_(tensor([1f, 2f]));
        average.Follow(20);
        var (trained, averaged) = (live.clone(), average.State.Single().Tensor.clone());

        average.Exchange();
        Assert.True(SmallNetworks.AreEqual(averaged, live));
        Assert.True(SmallNetworks.AreEqual(trained, average.State.Single().Tensor));
        average.Exchange();

        Assert.True(SmallNetworks.AreEqual(trained, live));
        Assert.True(SmallNetworks.AreEqual(averaged, average.State.Single().Tensor));
    }

    [Fact]
    public void What_is_trained_by_gradient_stays_so_when_exchanged()
    {
        using var scope = NewDisposeScope();
        using var parameter = new TorchSharp.Modules.Parameter(tensor([1f, 2f]), requires_grad: true);
        using var average = new WeightAverage([parameter], 0.9);
        average.Exchange();

        Assert.True(parameter is { requires_grad: true, is_leaf: true });
        Assert.False(average.State.Single().Tensor.requires_grad);
    }
}
