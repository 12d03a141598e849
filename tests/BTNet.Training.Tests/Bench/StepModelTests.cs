using BTNet.Benchmarks;

namespace BTNet.Training.Tests.Bench;

public sealed class StepModelTests
{
    private static readonly StepModel Model = new()
    {
        Ranks = 4, ComputeSeconds = 3, GradientBytes = 80 << 20, Batch = 16, EmbeddingSize = 512, BytesPerSecond = 40 << 20
    };

    [Fact]
    public void Gradients_pass_the_link_twice_but_for_a_ranks_own_part()
    {
        // 2 x 80 MiB x 3 / 4, at 40 MiB a second.
        Assert.Equal(3, Model.GradientSeconds, 6);
        Assert.Equal(3 + 0.02 * 20, (Model with { ExchangeLatency = 0.02 }).GradientSeconds, 6);
        // There and back.
        Assert.Equal(3 + 1, (Model with { CopyBytesPerSecond = 160 << 20 }).GradientSeconds, 6);
    }

    [Fact]
    public void What_the_backward_pass_hides_is_not_in_the_step_and_the_last_bucket_always_is()
    {
        Assert.Equal(3 + 3 + Model.OtherSeconds, Model.SecondsAfter, 6);
        Assert.Equal(3 + 1 + Model.OtherSeconds, Model.SecondsDuring, 6);
        var fast = Model with { BytesPerSecond = 400 << 20 };
        Assert.Equal(3 + 0.3 / 20 + fast.OtherSeconds, fast.SecondsDuring, 6);
    }

    [Fact]
    public void More_ranks_cost_more_of_the_classifiers_exchange_and_hardly_more_of_the_gradients()
    {
        var many = Model with { Ranks = 128 };
        Assert.InRange(many.GradientSeconds / Model.GradientSeconds, 1, 4 / 3.0);
        Assert.InRange(many.OtherSeconds / Model.OtherSeconds, 127 / 3.0 - 1, 127 / 3.0 + 1);
    }
}
