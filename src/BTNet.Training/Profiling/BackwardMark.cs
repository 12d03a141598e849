using static TorchSharp.torch;

namespace BTNet.Training.Profiling;

/// <summary>
/// A node of the autograd graph beside the network, on a number that nobody needs, whose backward pass tells a probe how
/// far that of the network has come: of the nodes that are ready, autograd takes the one that was made last, so this one
/// comes when everything made after it is done. No map and no gradient passes through it.
/// </summary>
internal sealed class BackwardMark : autograd.SingleTensorFunction<BackwardMark>
{
    private const string StateKey = "state";

    /// <inheritdoc />
    public override string Name => nameof(BackwardMark);

    /// <summary>A mark, to be made right behind a part's forward pass.</summary>
    /// <param name="token">A number that requires a gradient; it gets none.</param>
    /// <param name="probe">Who is told.</param>
    /// <param name="part">The part whose backward pass begins there.</param>
    /// <returns>A root for the backward pass beside the loss.</returns>
    public static Tensor Make(Tensor token, StepProbe probe, StepPart part) => apply(token, probe, part);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(StateKey, new Saved((StepProbe)vars[1], (StepPart)vars[2]));
        return ((Tensor)vars[0]).clone();
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = (Saved)ctx.get_data(StateKey);
        grad_output.Dispose();
        saved.Probe.ReachBackward(saved.Part);
        return [null!, null!, null!];
    }

    private sealed record Saved(StepProbe Probe, StepPart Part);
}
