using BTNet.Resolutions;
using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones;

/// <summary>
/// The trunk network (TNet): takes faces of 112 pixels, <c>[N, 3, 112, 112]</c>, and offers its feature pyramid, the
/// levels at which a branch's map may enter and run through the rest of it (the tail).
/// </summary>
public sealed class Trunk : IDisposable
{
    private readonly BackboneLayers _layers;
    private readonly List<Layer> _units;

    /// <summary>A trunk with fresh weights from torch's generator.</summary>
    /// <exception cref="InputException">The specification has faults.</exception>
    public Trunk(BackboneSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Spec = spec;
        _layers = spec.Layers();
        _units = [.. _layers.Units(2)];
        Norms = NormSet.New(_units.SelectMany(unit => unit.Norms));
    }

    /// <summary>What it is.</summary>
    public BackboneSpec Spec { get; }

    /// <summary>The trunk's own batch norms.</summary>
    public NormSet Norms { get; }

    /// <summary>Where its weights are, and the faces must be.</summary>
    public Device Device => Weights.First().Tensor.device;

    /// <summary>Levels of the pyramid with a join, the largest first.</summary>
    public IReadOnlyList<PyramidLevel> Levels => _layers.Levels;

    /// <summary>Every tensor of the trunk: weights, then batch norms.</summary>
    public IEnumerable<Weight> Weights => Convolutions.Concat(Norms.All.SelectMany(norm => norm.Weights));

    /// <summary>Weights that are no batch norm's, and that every branch's tail shares.</summary>
    public IEnumerable<Weight> Convolutions => _units.SelectMany(unit => unit.Weights);

    /// <summary>What gradients train: all but the last norm's scale, which the reference fixes at 1.</summary>
    public IEnumerable<Weight> Trainable => Weights.Where(weight => weight.IsParameter
        && !Norms.All.Any(norm => norm.Slot.Role == NormRole.Embedding && ReferenceEquals(norm.Scale, weight.Tensor)));

    /// <summary>The level of a resolution.</summary>
    /// <exception cref="InputException">This backbone has no join there.</exception>
    public PyramidLevel Level(Resolution resolution) => Levels.FirstOrDefault(level => level.Resolution == resolution)
        ?? throw new InputException($"{Spec.Name} has no join at {resolution}; expected one of {string.Join(", ", Levels.Select(level => level.Resolution))}");

    /// <summary>Takes all weights to a device, before branches, classifiers or optimizers are made for them.</summary>
    /// <returns>This trunk.</returns>
    public Trunk MoveTo(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        foreach (var weight in Weights) weight.MoveTo(device);
        return this;
    }

    /// <summary>Embeds <c>[N, 3, 112, 112]</c> as raw <c>[N, D]</c>.</summary>
    /// <param name="images">The faces.</param>
    /// <param name="training">Whether norms use the batch's statistics, and gradients can follow.</param>
    /// <param name="probe">Who times the layers; null for nobody.</param>
    /// <param name="before">See <see cref="Pass.Before"/>.</param>
    public Tensor Forward(Tensor images, bool training, StepProbe? probe = null, Action<IEnumerable<Tensor>>? before = null) =>
        Run(images, 0, _units.Count, new Pass(Norms, training, probe, before));

    /// <summary>The map that enters the tail at a level, from <c>[N, 3, 112, 112]</c>: <c>[N, C, r, r]</c>.</summary>
    public Tensor MapAt(PyramidLevel level, Tensor images, bool training)
    {
        ArgumentNullException.ThrowIfNull(level);
        return Run(images, 0, level.TailStart, new Pass(Norms, training));
    }

    /// <summary>Runs a map through the tail behind a level with the batch norms of the pass: raw <c>[N, D]</c>.</summary>
    public Tensor Tail(PyramidLevel level, Tensor map, Pass pass)
    {
        ArgumentNullException.ThrowIfNull(level);
        return Run(map, level.TailStart, _units.Count, pass);
    }

    /// <summary>Says what the trunk does to <c>[N, 3, 112, 112]</c>.</summary>
    internal T Translate<T>(INetworkOperators<T> operators, T images) => new Sequence(_units).Translate(operators, Norms, images);

    /// <summary>Says what the tail behind a level does to a map, with some batch norms.</summary>
    internal T TranslateTail<T>(INetworkOperators<T> operators, PyramidLevel level, NormSet norms, T map) =>
        new Sequence([.. _units.Skip(level.TailStart)]).Translate(operators, norms, map);

    /// <summary>The tail's places for batch norms.</summary>
    public IEnumerable<NormSlot> TailNorms(PyramidLevel level) => _units.Skip(level.TailStart).SelectMany(unit => unit.Norms);

    /// <summary>The tail's weights, batch norms apart: those that a branch borrows.</summary>
    public IEnumerable<Weight> TailWeights(PyramidLevel level) => _units.Skip(level.TailStart).SelectMany(unit => unit.Weights);

    /// <summary>A branch's own layers in the paper's form, with fresh weights.</summary>
    internal Sequence BranchHead(PyramidLevel level) => new([.. _layers.Units(1).Take(level.TailStart)]);

    /// <summary>Multiply-accumulates for a face of 112 pixels.</summary>
    public long MultiplyAccumulates() => new Sequence(_units).Cost(new FeatureShape(3, Resolution.Full.Side, Resolution.Full.Side)).MultiplyAccumulates;

    /// <summary>Multiply-accumulates of the tail for a map of the shape that enters it.</summary>
    internal long TailMultiplyAccumulates(PyramidLevel level, FeatureShape map) => new Sequence([.. _units.Skip(level.TailStart)]).Cost(map).MultiplyAccumulates;

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var unit in _units) unit.Dispose();
        foreach (var norm in Norms.All) norm.Dispose();
    }

    private Tensor Run(Tensor input, int from, int to, Pass pass)
    {
        if (pass.Training)
        {
            for (var i = from; i < to; i++)
            {
                pass.Enter(_units[i]);
                input = _units[i].Forward(input, pass);
            }

            return input;
        }

        // Nothing is kept for a backward pass, so each map goes as soon as the next one is there.
        for (var i = from; i < to; i++)
        {
            Tensor output;
            using (NewDisposeScope()) output = _units[i].Forward(input, pass).MoveToOuterDisposeScope();
            if (i > from) input.Dispose();
            input = output;
        }

        return input;
    }
}
