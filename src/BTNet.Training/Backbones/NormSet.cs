using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones;

/// <summary>The batch norms that a pass through a network uses: one for each slot. A trunk has one set; a branch has
/// another for its own layers and for the trunk's tail, which is how one tail serves every resolution.</summary>
public sealed class NormSet
{
    private readonly Dictionary<NormSlot, BatchNorm> _norms;

    /// <param name="norms">The norms, one a slot.</param>
    public NormSet(IEnumerable<BatchNorm> norms) =>
        // By reference: two slots of one shape and key in two networks are different places.
        _norms = norms.ToDictionary(norm => norm.Slot, ReferenceEqualityComparer.Instance as IEqualityComparer<NormSlot>);

    /// <summary>A fresh norm in every slot.</summary>
    public static NormSet New(IEnumerable<NormSlot> slots) => new(slots.Select(slot => new BatchNorm(slot)));

    /// <summary>Every norm, in the order given.</summary>
    public IReadOnlyCollection<BatchNorm> All => _norms.Values;

    /// <summary>The norm that stands at a slot.</summary>
    /// <exception cref="KeyNotFoundException">None stands there: the pass uses the wrong set.</exception>
    public BatchNorm this[NormSlot slot] => _norms[slot];
}

/// <summary>How a pass runs: with which batch norms, and whether in training.</summary>
/// <param name="Norms">The batch norms to use.</param>
/// <param name="Training">Whether norms use the batch's statistics.</param>
/// <param name="Probe">Who times the layers; null for nobody.</param>
/// <param name="Before">Told before a layer runs what it uses: its weights and those of its norms; null for nobody.</param>
public readonly record struct Pass(NormSet Norms, bool Training, StepProbe? Probe = null, Action<IEnumerable<Tensor>>? Before = null)
{
    /// <summary>One of several layers is about to run.</summary>
    internal void Enter(Layer layer)
    {
        if (Before is null) return;
        var norms = Norms;
        Before(layer.Weights.Concat(layer.Norms.SelectMany(slot => norms[slot].Weights)).Select(weight => weight.Tensor));
    }
}
