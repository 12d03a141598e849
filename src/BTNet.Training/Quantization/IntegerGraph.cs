using System.Runtime.InteropServices;
using BTNet.Training.Export.Onnx;
using static BTNet.Training.Export.GraphParts;

namespace BTNet.Training.Quantization;

/// <summary>
/// A network in 8-bit integers, as ONNX says it: each value is quantized where it is made and dequantized where it is read, and programs
/// that compute with integers put the operators in between together. Maps are unsigned, with a range for all of their channels; weights are
/// signed, with a scale for each output.
/// </summary>
internal sealed class IntegerGraph : StepGraph
{
    private readonly int _side;
    private readonly IntegerWeights _weights;
    private readonly IReadOnlyDictionary<string, ActivationRange> _ranges;
    private readonly HashSet<Step> _inFloats;

    /// <summary>What a value is called where it is read.</summary>
    private readonly Dictionary<string, string> _readable = [];

    private IntegerGraph(int side, IntegerWeights weights, IReadOnlyDictionary<string, ActivationRange> ranges, HashSet<Step> inFloats) => (_side, _weights, _ranges, _inFloats) = (side, weights, ranges, inFloats);

    /// <param name="network">A network without norms and PReLU.</param>
    /// <param name="name">What the graph is called.</param>
    /// <param name="ranges">The range of each value but the embedding; the pixels' too, unless what reads them computes in floats.</param>
    /// <param name="weights">Gets the weights.</param>
    /// <param name="inFloats">Steps that compute in floats.</param>
    public static ModelProto Of(Network network, string name, IReadOnlyDictionary<string, ActivationRange> ranges, IntegerWeights weights, IEnumerable<Step> inFloats) =>
        new IntegerGraph(network.Side, weights, ranges, [.. inFloats]).Write(network, name);

    protected override void Write(Step step, string output)
    {
        switch (step)
        {
            case PixelStep pixels:
                var scaled = Scaled(pixels, output);
                _readable[output] = _ranges.ContainsKey(output) ? Rounded(scaled, output) : scaled;
                break;
            case ConvolutionStep convolution:
                var (kernel, bias) = Weights(convolution, convolution.Kernel, convolution.Bias);
                _readable[output] = Rounded(Convolution(convolution, $"{output}_exact", _readable[convolution.Input], kernel, bias), output);
                break;
            case AddStep add:
                _readable[output] = Rounded(Node("Add", $"{output}_exact", [_readable[add.Left], _readable[add.Right]]), output);
                break;
            case LinearStep linear:
                var (matrix, added) = Weights(linear, linear.Kernel, linear.Bias);
                Product(output, _inFloats.Contains(step) ? Flat(_readable[linear.Input], $"{output}_flat") : Row(linear, output), matrix, added);
                break;
            default:
                throw new ArgumentException($"{step} is to be folded or split first", nameof(step));
        }
    }

    /// <summary>Quantized and dequantized again.</summary>
    private string Rounded(string exact, string value)
    {
        var (scale, zero) = Levels(value);
        return Node("DequantizeLinear", $"{value}_read", [Node("QuantizeLinear", $"{value}_levels", [exact, scale, zero]), scale, zero]);
    }

    private (string Scale, string Zero) Levels(string value)
    {
        var range = _ranges[value];
        return (Constant($"{value}_scale", Float, [], [range.Scale]), Constant($"{value}_zero", UnsignedByte, [], [range.Zero]));
    }

    /// <summary>A map as one row of numbers in the same levels.</summary>
    private string Row(LinearStep linear, string output)
    {
        var (scale, zero) = ($"{linear.Input}_scale", $"{linear.Input}_zero");
        var levels = Node("QuantizeLinear", $"{output}_levels", [Flat(_readable[linear.Input], $"{output}_flat"), scale, zero]);
        return Node("DequantizeLinear", $"{output}_row", [levels, scale, zero]);
    }

    private (string Kernel, string Bias) Weights(Step step, Kernel kernel, double[] bias)
    {
        if (_inFloats.Contains(step))
        {
            var floats = _weights.Add($"{kernel.Name}.folded", $"r{_side}", Float, kernel.Shape, MemoryMarshal.AsBytes<float>(kernel.Folded()));
            Stored(floats);
            return (floats.Name, Constant<float>($"{step.Output}_bias", Float, [bias.Length], Array.ConvertAll(bias, value => (float)value)));
        }

        var input = _ranges[step.Inputs[0]].Scale;
        var quantized = QuantizedKernel.Of(kernel, bias, input);
        var stored = _weights.Add(kernel.Name, $"r{_side}", SignedByte, kernel.Shape, MemoryMarshal.AsBytes<sbyte>(quantized.Values));
        Stored(stored);
        long[] each = [kernel.Outputs];
        var weights = Node(
            "DequantizeLinear", $"{step.Output}_weights",
            [stored.Name, Constant<float>($"{step.Output}_weight_scale", Float, each, quantized.Scales), Constant<sbyte>($"{step.Output}_weight_zero", SignedByte, each, new sbyte[kernel.Outputs])], Int("axis", 0));
        float[] scales = [.. quantized.Scales.Select(scale => scale * input)];
        var added = Node(
            "DequantizeLinear", $"{step.Output}_bias",
            [Constant<int>($"{step.Output}_bias_levels", Integer, each, quantized.Bias), Constant<float>($"{step.Output}_bias_scale", Float, each, scales), Constant<int>($"{step.Output}_bias_zero", Integer, each, new int[kernel.Outputs])], Int("axis", 0));
        return (weights, added);
    }
}
