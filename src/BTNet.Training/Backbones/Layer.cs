using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones;

/// <summary>The shape of one item of a batch: channels, height and width; a vector has height and width 1.</summary>
public readonly record struct FeatureShape(int Channels, int Height, int Width)
{
    /// <summary>Numbers in it.</summary>
    public long Count => (long)Channels * Height * Width;
}

/// <summary>What a layer makes of a shape, and the multiply-accumulates it takes.</summary>
public readonly record struct LayerCost(FeatureShape Output, long MultiplyAccumulates);

/// <summary>
/// A piece of a network that holds weights but no batch norms: those come with each <see cref="Pass"/>, so that several
/// resolutions run through the same weights with norms of their own.
/// </summary>
public abstract class Layer : IDisposable
{
    /// <summary>Trained tensors of this layer and of those inside it, batch norms apart, in the reference's order.</summary>
    public virtual IEnumerable<Weight> Weights => [];

    /// <summary>Places for batch norms in this layer and in those inside it, in order.</summary>
    public virtual IEnumerable<NormSlot> Norms => [];

    /// <summary>Runs the layer on <c>[N, C, H, W]</c> or <c>[N, C]</c>. The caller disposes the result, by scope.</summary>
    public Tensor Forward(Tensor input, Pass pass) => Part is { } part && pass.Probe is { } probe ? Measure(probe, part, input, () => Run(input, pass)) : Run(input, pass);

    /// <summary>Output shape and multiply-accumulates for one item.</summary>
    public abstract LayerCost Cost(FeatureShape input);

    /// <summary>Says what the layer does, in evaluation mode, to who writes it down in another form.</summary>
    internal abstract T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input);

    /// <inheritdoc />
    public virtual void Dispose()
    {
        foreach (var weight in Weights) weight.Tensor.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a profile charges this layer's time to; null for a layer that only holds others, which are charged.</summary>
    protected virtual StepPart? Part => null;

    /// <summary>Does what <see cref="Forward"/> says.</summary>
    protected abstract Tensor Run(Tensor input, Pass pass);

    /// <summary>Runs the layer, or a variant of it, under a probe.</summary>
    private protected Tensor Measure(StepProbe probe, StepPart part, Tensor input, Func<Tensor> run)
    {
        var shape = input.shape;
        var work = shape[0] * Cost(shape.Length == 4 ? new FeatureShape((int)shape[1], (int)shape[2], (int)shape[3]) : new FeatureShape((int)shape[1], 1, 1)).MultiplyAccumulates;
        var gradients = is_grad_enabled() ? (input.requires_grad ? 1 : 0) + (Weights.Any(weight => weight.Tensor.requires_grad) ? 1 : 0) : 0;
        probe.Count(part, work, gradients * work);
        return probe.Run(part, run);
    }
}

/// <summary>Layers one after another.</summary>
public sealed class Sequence(params IReadOnlyList<Layer> layers) : Layer
{
    /// <inheritdoc />
    public override IEnumerable<Weight> Weights => layers.SelectMany(layer => layer.Weights);

    /// <inheritdoc />
    public override IEnumerable<NormSlot> Norms => layers.SelectMany(layer => layer.Norms);

    /// <inheritdoc />
    protected override Tensor Run(Tensor input, Pass pass) => layers.Aggregate(input, (x, layer) =>
    {
        pass.Enter(layer);
        return layer.Forward(x, pass);
    });

    /// <inheritdoc />
    internal override T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input)
    {
        foreach (var layer in layers) input = layer.Translate(operators, norms, input);
        return input;
    }

    /// <inheritdoc />
    public override LayerCost Cost(FeatureShape input)
    {
        var total = 0L;
        foreach (var layer in layers)
        {
            var cost = layer.Cost(input);
            total += cost.MultiplyAccumulates;
            input = cost.Output;
        }

        return new LayerCost(input, total);
    }
}

/// <summary>A body and a norm with a shortcut around both: the input itself, or a projection of it where the shape changes.</summary>
public sealed class Residual(Layer body, Norm norm, Layer? projection = null) : Layer
{
    /// <inheritdoc />
    public override IEnumerable<Weight> Weights => body.Weights.Concat(norm.Weights).Concat(projection?.Weights ?? []);

    /// <inheritdoc />
    public override IEnumerable<NormSlot> Norms => body.Norms.Concat(norm.Norms).Concat(projection?.Norms ?? []);

    /// <inheritdoc />
    protected override Tensor Run(Tensor input, Pass pass) =>
        norm.ForwardOnto(projection is null ? input : projection.Forward(input, pass), body.Forward(input, pass), pass);

    /// <inheritdoc />
    internal override T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input) =>
        operators.Add(norm.Translate(operators, norms, body.Translate(operators, norms, input)), projection is null ? input : projection.Translate(operators, norms, input));

    /// <inheritdoc />
    public override LayerCost Cost(FeatureShape input)
    {
        var cost = body.Cost(input);
        return cost with { MultiplyAccumulates = cost.MultiplyAccumulates + (projection?.Cost(input).MultiplyAccumulates ?? 0) };
    }
}
