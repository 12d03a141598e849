using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>Batch norm with what follows it, PReLU or the addition of a shortcut, as one operator with a gradient.</summary>
internal sealed class FusedNorm : autograd.SingleTensorFunction<FusedNorm>
{
    private const string StateKey = "state";

    /// <inheritdoc />
    public override string Name => nameof(FusedNorm);

    /// <summary>Normalises a map for which <see cref="ChannelMap.Fits"/> holds, by the batch's statistics, which the running
    /// ones then follow, or by the running ones.</summary>
    /// <param name="input">The map.</param>
    /// <param name="norm">Scale, shift and statistics.</param>
    /// <param name="byBatch">Whether by the batch's.</param>
    /// <param name="slope">PReLU's slopes; null for none.</param>
    /// <param name="shortcut">Added last, a map of the same shape and layout; null for none.</param>
    public static Tensor Run(Tensor input, NormParameters norm, bool byBatch, Tensor? slope, Tensor? shortcut)
    {
        if (!is_grad_enabled()) return Forward(input, norm, byBatch, slope, shortcut).Output;
        return apply(input, norm.Scale, norm.Shift, slope!, shortcut!, norm, byBatch);
    }

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, scale, shift, slope, shortcut) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor?)vars[3], (Tensor?)vars[4]);
        var (norm, byBatch) = ((NormParameters)vars[5], (bool)vars[6]);
        var (output, maps) = Forward(input, norm with { Scale = scale, Shift = shift }, byBatch, slope, shortcut);
        ctx.save_for_backward(slope is null ? [input] : [input, slope]);
        ctx.save_data(StateKey, new Saved(maps, byBatch, scale.requires_grad || shift.requires_grad || slope is { requires_grad: true }, slope is not null, shortcut is not null));
        return output;
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = (Saved)ctx.get_data(StateKey);
        var tensors = ctx.get_saved_variables();
        var (input, slope) = (tensors[0], saved.HasSlope ? tensors[1] : null);
        var dense = ChannelMap.Fits(grad_output) ? grad_output : ChannelMap.Contiguous(grad_output);
        var gradients = input.dtype == ScalarType.BFloat16
            ? NormBackward<BrainNumber>.Run(input, dense, saved.Maps, slope, saved.ByBatch, saved.Trained)
            : NormBackward<SingleNumber>.Run(input, dense, saved.Maps, slope, saved.ByBatch, saved.Trained);
        return [gradients.Input, gradients.Scale!, gradients.Shift!, gradients.Slope!, saved.HasShortcut ? dense.alias() : null!, null!, null!];
    }

    private static (Tensor Output, NormMaps Maps) Forward(Tensor input, NormParameters norm, bool byBatch, Tensor? slope, Tensor? shortcut) =>
        input.dtype == ScalarType.BFloat16
            ? NormForward<BrainNumber>.Run(input, norm, byBatch, slope, shortcut)
            : NormForward<SingleNumber>.Run(input, norm, byBatch, slope, shortcut);

    private sealed record Saved(NormMaps Maps, bool ByBatch, bool Trained, bool HasSlope, bool HasShortcut);
}
