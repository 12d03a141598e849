using System.Diagnostics;
using BTNet.Training.Backbones;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Profiling;

[Collection(nameof(TorchRandomness))]
public sealed class StepProbeTests
{
    private static readonly BackboneSpec Spec = SmallNetworks.Spec with { Width = 8 };

    [Fact]
    public void Each_layers_time_is_its_own_forward_and_backward_and_the_parts_are_the_whole()
    {
        using var scope = NewDisposeScope();
        using var probe = new StepProbe();
        using var network = new Sequence(
            new SleepyLayer(StepPart.Convolution3x3, 20, 60),
            new Sequence(new SleepyLayer(StepPart.Linear, 40, 20), new SleepyLayer(StepPart.ConvolutionGrouped, 10, 90)),
            new SleepyLayer(StepPart.Convolution3x3, 20, 40));
        var input = ones(2, 3, 4, 4, requires_grad: true);

        var begun = Stopwatch.GetTimestamp();
        probe.Begin();
        Tensor loss;
        using (probe.Span(StepPhase.Forward))
        {
            var output = network.Forward(input, new Pass(NormSet.New([]), Training: true, probe));
            loss = probe.Run(StepPart.Classifier, () =>
            {
                Thread.Sleep(15);
                return output.sum();
            });
        }

        probe.Backward(loss);
        using (probe.Span(StepPart.Optimizer)) Thread.Sleep(30);
        Thread.Sleep(25);
        probe.End();
        var whole = Stopwatch.GetElapsedTime(begun).TotalSeconds;

        // On a busy machine each may take longer; what is charged to another part is missing here.
        void Took(int milliseconds, StepPhase phase, StepPart part) => Assert.InRange(1e3 * probe.Seconds(phase, part), milliseconds - 1, double.MaxValue);
        Took(40, StepPhase.Forward, StepPart.Convolution3x3);
        Took(100, StepPhase.Backward, StepPart.Convolution3x3);
        Took(40, StepPhase.Forward, StepPart.Linear);
        Took(20, StepPhase.Backward, StepPart.Linear);
        Took(10, StepPhase.Forward, StepPart.ConvolutionGrouped);
        Took(90, StepPhase.Backward, StepPart.ConvolutionGrouped);
        Took(15, StepPhase.Forward, StepPart.Classifier);
        Took(30, StepPhase.Optimizer, StepPart.Optimizer);
        Took(25, StepPhase.Rest, StepPart.Other);
        var sum = (from phase in Enum.GetValues<StepPhase>() from part in Enum.GetValues<StepPart>() select probe.Seconds(phase, part)).Sum();
        Assert.InRange(sum, 0.98 * whole, whole);
        Assert.Equal((2 * 96L, 2 * 96L), probe.MultiplyAccumulates(StepPart.Convolution3x3));
    }

    [Fact]
    public void Beside_a_shortcut_each_layers_backward_pass_is_its_own_too()
    {
        using var scope = NewDisposeScope();
        using var probe = new StepProbe();
        using var body = new Sequence(new SleepyLayer(StepPart.Convolution3x3, 0, 30), new SleepyLayer(StepPart.Linear, 0, 60));
        var norm = new Norm("norm", 3);
        var norms = NormSet.New(norm.Norms);
        using var network = new Sequence(
            new SleepyLayer(StepPart.Teacher, 0, 90), new Residual(body, norm, new SleepyLayer(StepPart.Convolution1x1, 0, 120)), new SleepyLayer(StepPart.Distillation, 0, 45));
        var input = ChannelMap.Contiguous(ones(2, 3, 4, 4)).detach().requires_grad_();

        probe.Begin();
        probe.Backward(network.Forward(input, new Pass(norms, Training: true, probe)).sum());
        probe.End();

        foreach (var (part, milliseconds) in new[] { (StepPart.Convolution3x3, 30), (StepPart.Linear, 60), (StepPart.Teacher, 90), (StepPart.Convolution1x1, 120), (StepPart.Distillation, 45), (StepPart.NormShortcut, 0) })
            Assert.InRange(1e3 * probe.Seconds(StepPhase.Backward, part), Math.Max(0.001, milliseconds - 1), double.MaxValue);
        foreach (var own in norms.All) own.Dispose();
    }

    [Fact]
    public void Losses_gradients_and_statistics_are_the_same_to_the_bit_under_a_probe()
    {
        using var scope = NewDisposeScope();
        using var probe = new StepProbe();
        foreach (var name in (string[])["iresnet10", "mobilefacenet"])
        {
            var spec = Spec with { Name = name };
            using var plain = Learner(spec);
            using var probed = Learner(spec);
            probed.Probe = probe;
            for (var step = 0; step < 2; step++)
            {
                probe.Begin();
                Assert.Equal(Step(plain, step), Step(probed, step));
                probe.End();
            }

            foreach (var (expected, actual) in plain.State.Zip(probed.State)) Assert.True(SmallNetworks.AreEqual(expected.Tensor, actual.Tensor), expected.Name);
        }

        Assert.True(probe.Seconds(StepPhase.Backward, StepPart.ConvolutionGrouped) > 0);
    }

    [Fact]
    public void Steps_under_a_probe_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        using var probe = new StepProbe();
        using var learner = Learner(Spec);
        learner.Probe = probe;
        var count = 0L;
        for (var step = 0; step < 6; step++)
        {
            probe.Begin();
            Step(learner, step);
            probe.End();
            if (step == 1) count = LiveTensors.Count();
        }

        Assert.Equal(count, LiveTensors.Count());
    }

    [Fact]
    public void What_a_layer_computes_backward_is_counted_by_the_gradients_there_are()
    {
        using var scope = NewDisposeScope();
        using var probe = new StepProbe();
        using var convolution = new Convolution("key", 3, 4, 3, padding: 1);
        var pass = new Pass(NormSet.New([]), Training: true, probe);
        const long Work = 2 * 4 * 5 * 5 * 27;
        var image = ones(2, 3, 5, 5);
        var map = ones(2, 3, 5, 5, requires_grad: true);

        void Counts(Tensor input, long backward)
        {
            probe.Reset();
            probe.Begin();
            convolution.Forward(input, pass);
            Assert.Equal((Work, backward), probe.MultiplyAccumulates(StepPart.Convolution3x3));
        }

        Counts(image, Work);
        Counts(map, 2 * Work);
        foreach (var weight in convolution.Weights) weight.Tensor.requires_grad = false;
        Counts(map, Work);
        Counts(image, 0);
        using (no_grad()) Counts(map, 0);
    }

    private static TrunkLearner Learner(BackboneSpec spec) => new(
        SmallNetworks.Trunk(spec), SmallNetworks.Classifier(), [.. Enumerable.Range(0, 6).Select(person => $"person {person}")],
        new MarginOptions { Kind = MarginKind.CosFace, Margin = 0.1, Scale = 16 }, new OptimizationOptions { Batch = 4 }, seed: 1);

    private static double Step(TrunkLearner learner, int step)
    {
        using var scope = NewDisposeScope();
        var images = ChannelMap.Contiguous(Wave.Image("probed", 4, 3, 112, 112));
        return learner.Step(images, tensor(new long[] { 0, 1, 4, 5 }), 0.05, step).Total;
    }
}
