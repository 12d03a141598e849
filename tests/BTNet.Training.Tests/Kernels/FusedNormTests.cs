using BTNet.Training.Kernels;
using BTNet.Training.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Kernels;

[Collection(nameof(TorchRandomness))]
public sealed class FusedNormTests
{
    private const double Momentum = 0.1;
    private const double Epsilon = 1e-5;

    public static TheoryData<int, int, int, bool, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, int, bool, bool, bool>();
            // Channels below, at, between and above the width of a vector; rows that leave a remainder of every unrolled loop.
            foreach (var (batch, channels, side) in ((int, int, int)[])[(2, 1, 3), (3, 2, 5), (2, 8, 4), (5, 13, 7), (2, 64, 1), (4, 40, 33)])
            {
                foreach (var byBatch in (bool[])[true, false])
                {
                    cases.Add(batch, channels, side, byBatch, false, false);
                    cases.Add(batch, channels, side, byBatch, true, false);
                    cases.Add(batch, channels, side, byBatch, false, true);
                    cases.Add(batch, channels, side, byBatch, true, true);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_gradients_and_running_statistics_are_those_of_torchs_own_operators(int batch, int channels, int side, bool byBatch, bool hasSlope, bool hasShortcut)
    {
        using var scope = NewDisposeScope();
        var ours = new Case(batch, channels, side, hasSlope, hasShortcut);
        var torchs = new Case(batch, channels, side, hasSlope, hasShortcut);

        var output = FusedNorm.Run(ours.Input, ours.Parameters, byBatch, ours.Slope, ours.Shortcut);
        var expected = nn.functional.batch_norm(torchs.Input, torchs.Mean, torchs.Variance, torchs.Scale, torchs.Shift, byBatch, Momentum, Epsilon);
        if (torchs.Slope is not null) expected = nn.functional.prelu(expected, torchs.Slope);
        if (torchs.Shortcut is not null) expected = expected.Plus(torchs.Shortcut);
        output.mul(ours.Weighting).sum().backward();
        expected.mul(torchs.Weighting).sum().backward();

        Same(expected, output, 2e-5);
        foreach (var ((name, tensor), (_, other)) in torchs.Leaves.Zip(ours.Leaves)) Same(tensor.grad!, other.grad!, 2e-4, name);
        Same(torchs.Mean, ours.Mean, 1e-6);
        Same(torchs.Variance, ours.Variance, 1e-5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Maps_in_bf16_give_what_the_same_numbers_in_single_precision_give_but_for_rounding(bool byBatch)
    {
        using var scope = NewDisposeScope();
        var exact = new Case(3, 21, 9, true, true, ScalarType.Float32);
        var rounded = new Case(3, 21, 9, true, true, ScalarType.BFloat16);

        var expected = FusedNorm.Run(exact.Input, exact.Parameters, byBatch, exact.Slope, exact.Shortcut);
        var output = FusedNorm.Run(rounded.Input, rounded.Parameters, byBatch, rounded.Slope, rounded.Shortcut);
        expected.mul(exact.Weighting).sum().backward();
        output.mul(rounded.Weighting.to(ScalarType.BFloat16)).to(ScalarType.Float32).sum().backward();

        Assert.Equal(ScalarType.BFloat16, output.dtype);
        Same(expected, output.to(ScalarType.Float32), 1.0 / 256);
        Same(exact.Mean, rounded.Mean, 1e-6);
        foreach (var ((name, tensor), (_, other)) in exact.Leaves.Zip(rounded.Leaves)) Same(tensor.grad!, other.grad!.to(ScalarType.Float32), 1.0 / 64, name);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(0f)]
    [InlineData(1.00390625f)] // between two, the even one below
    [InlineData(1.01171875f)] // between two, the even one above
    [InlineData(3.4e38f)]
    [InlineData(1e-40f)]
    [InlineData(-0.1f)]
    public unsafe void A_number_is_rounded_to_bf16_as_torch_does(float value)
    {
        using var scope = NewDisposeScope();
        var expected = tensor(value).to(ScalarType.BFloat16).to(ScalarType.Float32).item<float>();
        AssertStored<One>(value, expected);
        AssertStored<Eight>(value, expected);
        AssertStored<Sixteen>(value, expected);
        AssertStored<Twice<Sixteen>>(value, expected);
    }

    private static unsafe void AssertStored<V>(float value, float expected)
        where V : unmanaged, ILanes<V>
    {
        var numbers = stackalloc float[V.Count];
        var stored = stackalloc BrainNumber[V.Count];
        new Span<float>(numbers, V.Count).Fill(value);
        BrainNumber.Store(V.Load(numbers), stored);
        BrainNumber.Load<V>(stored).Store(numbers);
        Assert.All(new Span<float>(numbers, V.Count).ToArray(), number => Assert.Equal(expected, number));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_map_larger_than_the_caches_gives_what_its_images_give_one_by_one(ScalarType kind)
    {
        using var scope = NewDisposeScope();
        var whole = new Case(9, 32, 256, true, true, kind);
        var output = FusedNorm.Run(whole.Input, whole.Parameters, byBatch: false, whole.Slope, whole.Shortcut);
        var weighting = ChannelMap.Contiguous(whole.Weighting.to(kind));
        output.backward([weighting]);

        for (var image = 0; image < 9; image++)
        {
            Tensor Part(Tensor map) => map.detach().narrow(0, image, 1);
            var input = Part(whole.Input).requires_grad_();
            var alone = FusedNorm.Run(input, whole.Parameters, byBatch: false, whole.Slope, Part(whole.Shortcut!));
            alone.backward([Part(weighting)]);
            Bits(Part(output), alone);
            Bits(Part(whole.Input.grad!), input.grad!);
        }
    }

    [Fact]
    public void Without_gradients_the_values_are_the_same_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var (with, without) = (new Case(4, 40, 9, true, true), new Case(4, 40, 9, true, true));
        var expected = FusedNorm.Run(with.Input, with.Parameters, byBatch: true, with.Slope, with.Shortcut);

        using (no_grad()) Bits(expected, FusedNorm.Run(without.Input, without.Parameters, byBatch: true, without.Slope, without.Shortcut));
        Bits(with.Variance, without.Variance);
    }

    [Fact]
    public void The_variance_of_large_numbers_close_together_is_not_lost()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        manual_seed(3);
        var input = ChannelMap.Contiguous(randn(8, 16, 20, 20).Times(0.01).Plus(1000));
        var (mean, variance) = (zeros(16), zeros(16));

        FusedNorm.Run(input, new NormParameters(ones(16), zeros(16), mean, variance, 1, Epsilon), byBatch: true, null, null);

        var exact = input.to(ScalarType.Float64).@var([0, 2, 3], unbiased: true).to(ScalarType.Float32);
        Assert.True((variance.sub(exact)).div(exact).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void A_frozen_norm_takes_no_gradient_and_passes_one_on()
    {
        using var scope = NewDisposeScope();
        var ours = new Case(3, 16, 5, true, false);
        var parameters = ours.Parameters with { Scale = ours.Scale.detach(), Shift = ours.Shift.detach() };

        FusedNorm.Run(ours.Input, parameters, byBatch: false, ours.Slope!.detach(), null).sum().backward();

        Assert.NotNull(ours.Input.grad);
        Assert.Null(ours.Scale.grad);
        Assert.Null(ours.Slope.grad);
    }

    [Fact]
    public void A_number_that_is_none_stays_to_be_seen()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = ChannelMap.Contiguous(ones(2, 8, 3, 3));
        input[1, 2, 0, 0] = tensor(float.NaN);

        var output = FusedNorm.Run(input, new NormParameters(ones(8), zeros(8), zeros(8), ones(8), Momentum, Epsilon), byBatch: false, full(8, LastingScalar.Of(0.25)), null);

        Assert.True(float.IsNaN(output[1, 2, 0, 0].item<float>()));
        Assert.Equal(1, output.isnan().sum().item<long>());
    }

    [Fact]
    public void Collections_of_garbage_between_forward_and_backward_do_no_harm()
    {
        using var scope = NewDisposeScope();
        var ours = new Case(2, 16, 6, true, true);
        var outputs = Enumerable.Range(0, 50).Select(_ => FusedNorm.Run(ours.Input, ours.Parameters, byBatch: true, ours.Slope, ours.Shortcut)).ToList();
        GC.Collect();
        GC.WaitForPendingFinalizers();

        foreach (var output in outputs) output.sum().backward();

        Assert.False(ours.Input.grad!.isnan().any().item<bool>());
    }

    [Fact]
    public void A_planar_map_or_one_of_other_numbers_does_not_fit()
    {
        using var scope = NewDisposeScope();
        Assert.True(ChannelMap.Fits(ChannelMap.Contiguous(zeros(2, 8, 3, 3))));
        Assert.False(ChannelMap.Fits(zeros(2, 8, 3, 3)));
        Assert.False(ChannelMap.Fits(ChannelMap.Contiguous(zeros(2, 8, 3, 3)).to(ScalarType.Float64)));
        Assert.False(ChannelMap.Fits(zeros(2, 8)));
    }

    private static void Same(Tensor expected, Tensor actual, double tolerance, string? what = null)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = expected.sub(actual).abs().max().item<float>();
        Assert.True(difference <= tolerance * Math.Max(1, expected.abs().max().item<float>()), $"{what} differs by {difference}");
    }

    private static void Bits(Tensor expected, Tensor actual) => Assert.True(expected.equal(actual).all().item<bool>());

    private sealed class Case
    {
        public Case(int batch, int channels, int side, bool hasSlope, bool hasShortcut, ScalarType? kind = null)
        {
            // The same numbers in either kind.
            Tensor Map() => ChannelMap.Contiguous(randn(batch, channels, side, side).Times(2).Plus(0.5).to(kind is null ? ScalarType.Float32 : ScalarType.BFloat16).to(kind ?? ScalarType.Float32)).detach().requires_grad_();
            manual_seed(7);
            Input = Map();
            Scale = new Parameter(rand(channels).Plus(0.5));
            Shift = new Parameter(randn(channels));
            Mean = randn(channels);
            Variance = rand(channels).Plus(0.5);
            Slope = hasSlope ? new Parameter(rand(channels).Minus(0.3)) : null;
            Shortcut = hasShortcut ? Map() : null;
            // In the other layout, so that the gradient comes in it too.
            Weighting = randn(batch, channels, side, side);
        }

        public Tensor Input { get; }

        public Tensor Scale { get; }

        public Tensor Shift { get; }

        public Tensor Mean { get; }

        public Tensor Variance { get; }

        public Tensor? Slope { get; }

        public Tensor? Shortcut { get; }

        public Tensor Weighting { get; }

        public NormParameters Parameters => new(Scale, Shift, Mean, Variance, Momentum, Epsilon);

        public IEnumerable<(string Name, Tensor Tensor)> Leaves
        {
            get
            {
                yield return ("input", Input);
                yield return ("scale", Scale);
                yield return ("shift", Shift);
                if (Slope is not null) yield return ("slope", Slope);
                if (Shortcut is not null) yield return ("shortcut", Shortcut);
            }
        }
    }
}
