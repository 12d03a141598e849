using BTNet.Training.Backbones;
using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Profiling;

/// <summary>A layer that does nothing, in a known time forward and backward.</summary>
internal sealed class SleepyLayer(StepPart part, int forwardMilliseconds, int backwardMilliseconds) : Layer
{
    protected override StepPart? Part => part;

    public override LayerCost Cost(FeatureShape input) => new(input, input.Count);

    protected override Tensor Run(Tensor input, Pass pass)
    {
        Thread.Sleep(forwardMilliseconds);
        return Sleep.apply(input, backwardMilliseconds);
    }

    private sealed class Sleep : autograd.SingleTensorFunction<Sleep>
    {
        public override string Name => nameof(Sleep);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("milliseconds", (int)vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            Thread.Sleep((int)ctx.get_data("milliseconds"));
            return [grad_output.clone(), null!];
        }
    }

    internal override T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input) => input;
}
