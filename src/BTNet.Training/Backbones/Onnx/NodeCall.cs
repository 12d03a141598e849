using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What a node is called with. On torch's device META there are shapes without numbers: so a network's are found.</summary>
/// <param name="inputs">Its inputs.</param>
/// <param name="maps">The maps among them, in their places.</param>
/// <param name="node">Its place in the network.</param>
/// <param name="own">A resolution's own weights; null for the network's.</param>
internal sealed class NodeCall(NodeInput[] inputs, Tensor?[] maps, int node = -1, ITailWeights? own = null)
{
    public int Count => inputs.Length;

    public bool Has(int input) => input < inputs.Length && inputs[input].IsGiven;

    /// <summary>A map, or the numbers of a constant.</summary>
    public Tensor Map(int input) => !Has(input) ? throw new InputException($"lacks its input {input + 1}") : maps[input] ?? inputs[input].Constant!.Value;

    /// <summary>A map, or a constant in the precision of another.</summary>
    public Tensor Beside(int input, Tensor map) => !Has(input) ? throw new InputException($"lacks its input {input + 1}") : maps[input] ?? inputs[input].Constant!.Like(map);

    /// <summary>A constant.</summary>
    public Constant Constant(int input, string what) => Has(input) && inputs[input].Constant is { } constant ? constant : throw new InputException($"has {what} that is no constant");

    /// <summary>A constant, or null for a map or nothing.</summary>
    public Constant? ConstantOrNull(int input) => Has(input) ? inputs[input].Constant : null;

    /// <summary>A constant of floats, which the network computes with.</summary>
    public Constant Floats(int input, string what) => Constant(input, what) is { IsInteger: false } constant ? constant : throw new InputException($"has {what} of integers, expected floats");

    /// <summary>Integers that are known without the maps' numbers.</summary>
    public long[] Integers(int input, string what) => Constant(input, what).Integers;

    /// <summary>A number that is known without the maps' numbers; null where it is left out.</summary>
    public double? Number(int input, string what) => !Has(input) ? null : Constant(input, what).Numbers is [var number] ? number : throw new InputException($"has {what} of other than one number");

    /// <summary>Weight and bias in the precision of a map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="exact">In float32, whatever the map is in.</param>
    /// <param name="isLast">Whether the weight is wanted in channels-last layout.</param>
    public (Tensor Weight, Tensor? Bias) Weights(Tensor map, bool exact = false, bool isLast = false)
    {
        var weight = Floats(1, "a weight");
        var bias = Has(2) ? Floats(2, "a bias") : null;
        var frozen = (weight.Like(map, exact, isLast), bias?.Like(map, exact));
        if (own is null || map.device_type == DeviceType.META) return frozen;
        var (givenWeight, givenBias) = (weight.Like(map, exact: true), bias?.Like(map, exact: true));
        var (ownWeight, ownBias) = own.Of(node, givenWeight, givenBias);
        return (ReferenceEquals(ownWeight, givenWeight) ? frozen.Item1 : In(ownWeight), ReferenceEquals(ownBias, givenBias) ? frozen.Item2 : ownBias is null ? null : In(ownBias));

        Tensor In(Tensor value) => exact || value.dtype == map.dtype ? value : value.to(map.dtype);
    }
}
