using BTNet.Resolutions;
using BTNet.Training.Branches;
using BTNet.Training.Distributed;
using BTNet.Training.Native;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Golden;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Distributed;

[Collection(nameof(TorchRandomness))]
public sealed class GradientExchangeTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Gradients_that_go_while_backward_runs_train_the_same_weights_to_the_bit(int ranks) => RankScenario.Run(ranks, GetType(), nameof(During));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Gradients_of_any_size_and_layout_are_added_up(int ranks) => RankScenario.Run(ranks, GetType(), nameof(Sums));

    [Fact]
    public void The_last_layers_gradients_go_before_the_first_layers_are_computed()
    {
        using var scope = NewDisposeScope();
        using var gone = new ManualResetEventSlim();
        var group = new LocalPair { Summing = _ => gone.Set() };
        Parameter[] weights = [new(ones(3)), new(ones(3)), new(ones(3))];
        using var exchange = new GradientExchange(group, weights, new ExchangeOptions { BucketValues = 3 });
        var wasGone = false;

        var x = ones(3);
        foreach (var weight in weights)
        {
            exchange.Before([weight]);
            x = x.mul(weight);
            if (ReferenceEquals(weight, weights[0])) x = WhenReached.apply(x, (Action)(() => wasGone = gone.Wait(TimeSpan.FromSeconds(30))));
        }

        exchange.Backward(x.sum());

        Assert.True(wasGone);
        Assert.All(weights, weight => Assert.Equal([2, 2, 2], weight.grad!.data<float>().ToArray()));
        Assert.Equal((9, 3), (exchange.Totals.Values, exchange.Totals.Buckets));
    }

    [Fact]
    public void What_goes_wrong_in_an_exchange_comes_out_of_the_backward_pass()
    {
        using var scope = NewDisposeScope();
        Parameter[] weights = [new(ones(3))];
        using var exchange = new GradientExchange(new LocalPair { Summing = _ => throw new InputException("no line") }, weights);
        exchange.Before(weights);

        Assert.Equal("no line", Assert.Throws<InputException>(() => exchange.Backward(weights[0].sum())).Message);
    }

    [Fact]
    public void One_process_exchanges_nothing() => Assert.Null(GradientExchange.Of(OneProcess.Instance, []));

    [Fact]
    public void A_tensors_memory_is_found_where_TorchSharp_says_it_is()
    {
        using var values = arange(5, dtype: ScalarType.Float32);

        Assert.Equal([0, 1, 2, 3, 4], TensorMemory.Floats(values).ToArray());
        Assert.True(TensorMemory.Floats(values).Overlaps(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(values.bytes)));
    }

    internal static void During(IProcessGroup group)
    {
        const int Batch = 3;
        using var scope = NewDisposeScope();
        var margin = new MarginOptions { Margin = 0.2, Scale = 8, SampleRate = 0.8 };
        using var trunk = SmallNetworks.Trunk();
        TrunkLearner TrunkOf(ExchangeOptions options) =>
            new(SmallNetworks.Trunk(), SmallNetworks.Classifier(), [], margin, new OptimizationOptions(), seed: 1, group: group, exchange: options);
        BranchLearner BranchOf(ExchangeOptions options, double classification) => new(
            trunk, new Branch(trunk, Resolution.Of(14)), classification == 0 ? null : new BranchClassifier(SmallNetworks.Classifier(), [0, 1, 2, 3, 4, 5]),
            new BranchRecipe { Margin = margin, ClassificationWeight = classification }, group: group, exchange: options);
        // Small enough for many buckets.
        var (during, after) = (new ExchangeOptions { BucketValues = 2000 }, new ExchangeOptions { BucketValues = 2000, DuringBackward = false });
        using TrunkLearner early = TrunkOf(during), late = TrunkOf(after);
        using BranchLearner earlyBranch = BranchOf(during, 0.7), lateBranch = BranchOf(after, 0.7);
        using BranchLearner earlyTaught = BranchOf(during, 0), lateTaught = BranchOf(after, 0);
        for (var step = 0; step < 3; step++)
        {
            // Each rank its own faces.
            var full = Wave.Image($"full{step}{group.Rank}", Batch, 3, 112, 112);
            var reduced = nn.functional.avg_pool2d(full, 8);
            var labels = tensor(Enumerable.Range(0, Batch).Select(image => (long)((5 * image) + step + group.Rank) % 6).ToArray());
            foreach (var learner in (TrunkLearner[])[early, late]) learner.Step(full, labels, 0.05, step);
            foreach (var learner in (BranchLearner[])[earlyBranch, lateBranch]) learner.Step(full, reduced, labels, 0.05, step);
            foreach (var learner in (BranchLearner[])[earlyTaught, lateTaught]) learner.Step(full, reduced, null, 0.05, step);
        }

        Assert.True(early.Exchanged.Buckets > 3 * 5, $"{early.Exchanged}");
        AssertSame(early, late);
        AssertSame(earlyBranch, lateBranch);
        AssertSame(earlyTaught, lateTaught);
    }

    internal static void Sums(IProcessGroup group)
    {
        using var scope = NewDisposeScope();
        var sum = group.Size * (group.Size + 1) / 2f;
        // More than a bucket holds, a gradient that is not dense, one that no layer tells of, and a parameter without one.
        Parameter[] parameters = [new(zeros(1500, 1000)), new(zeros(3, 2, 5, 5)), new(zeros(7)), new(zeros(4))];
        using var exchange = new GradientExchange(group, parameters);
        var strided = arange(150, dtype: ScalarType.Float32).reshape(3, 5, 5, 2).permute(0, 3, 1, 2);
        for (var step = 0; step < 2; step++)
        {
            foreach (var parameter in parameters) parameter.grad = null;
            exchange.Before(parameters.Take(2).Append(parameters[3]));
            var loss = parameters[0].sum().mul(group.Rank + 1).add(parameters[1].mul(strided.mul(group.Rank + 1)).sum()).sub(parameters[2].sum().mul(group.Rank + 1));
            exchange.Backward(loss);
            Assert.True(parameters[0].grad!.eq(sum).all().item<bool>());
            Assert.True(parameters[1].grad!.allclose(strided.mul(sum)));
            Assert.True(parameters[2].grad!.eq(-sum).all().item<bool>());
            Assert.Null(parameters[3].grad);
        }
    }

    private static void AssertSame(ILearner expected, ILearner actual)
    {
        foreach (var ((name, tensor), other) in expected.State.Zip(actual.State)) Assert.True(SmallNetworks.AreEqual(tensor, other.Tensor), $"{expected.Name}: {name}");
    }

    /// <summary>Two ranks with the same values, one of them here.</summary>
    private sealed class LocalPair : IProcessGroup
    {
        public required Action<int> Summing { get; init; }

        public int Rank => 0;

        public int Size => 2;

        public string Host => "here";

        public void Sum(Span<float> values)
        {
            Summing(values.Length);
            foreach (ref var value in values) value *= 2;
        }

        public void Max(Span<float> values)
        {
        }

        public void AllGather(ReadOnlySpan<byte> mine, Span<byte> all) => throw new NotSupportedException();

        public void Broadcast(Span<byte> values, int root = 0)
        {
        }

        public void Barrier()
        {
        }

        public void Abort(int exitCode)
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Does something in the backward pass.</summary>
    private sealed class WhenReached : autograd.SingleTensorFunction<WhenReached>
    {
        public override string Name => nameof(WhenReached);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("action", vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((Action)ctx.get_data("action"))();
            return [grad_output.clone(), null!];
        }
    }
}
