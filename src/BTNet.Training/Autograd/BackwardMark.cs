using static TorchSharp.torch;

namespace BTNet.Training.Autograd;

/// <summary>
/// A node of the autograd graph beside the network, on a number that nobody needs, whose backward pass tells how far that of
/// the network has come: of the nodes that are ready, autograd takes the one that was made last, so this one comes when
/// everything made after it is done. No map and no gradient passes through it.
/// </summary>
internal sealed class BackwardMark : autograd.SingleTensorFunction<BackwardMark>
{
    private const string ReachedKey = "reached";

    /// <inheritdoc />
    public override string Name => nameof(BackwardMark);

    /// <summary>A mark among what is made before and after it.</summary>
    /// <param name="token">A number that requires a gradient; it gets none.</param>
    /// <param name="reached">Called when the backward pass of all that is made from here on is done.</param>
    /// <returns>A root for the backward pass beside the loss.</returns>
    public static Tensor Make(Tensor token, Action reached) => apply(token, reached);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(ReachedKey, vars[1]);
        return ((Tensor)vars[0]).clone();
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        grad_output.Dispose();
        ((Action)ctx.get_data(ReachedKey))();
        return [null!, null!];
    }
}
