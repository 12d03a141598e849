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
    private readonly Network _network;
    private readonly IntegerWeights _weights;
    private readonly IReadOnlyDictionary<string, ActivationRange> _ranges;
    private readonly HashSet<Step> _inFloats;

    /// <summary>The integers of a value, and what they mean.</summary>
    private readonly Dictionary<string, Levels> _levels = [];

    /// <summary>What a value is called where it is read.</summary>
    private readonly Dictionary<string, string> _readable = [];

    private IntegerGraph(Network network, IntegerWeights weights, IReadOnlyDictionary<string, ActivationRange> ranges, HashSet<Step> inFloats) => (_network, _weights, _ranges, _inFloats) = (network, weights, ranges, inFloats);

    /// <param name="network">A network without norms and PReLU.</param>
    /// <param name="name">What the graph is called.</param>
    /// <param name="ranges">The range of each value that <see cref="FloatGraph.Watched"/> names.</param>
    /// <param name="weights">Gets the weights.</param>
    /// <param name="inFloats">Steps that compute in floats.</param>
    public static ModelProto Of(Network network, string name, IReadOnlyDictionary<string, ActivationRange> ranges, IntegerWeights weights, IEnumerable<Step> inFloats) =>
        new IntegerGraph(network, weights, ranges, [.. inFloats]).Write(network, name);

    protected override void Write(Step step, string output)
    {
        switch (step)
        {
            case PixelStep pixels:
                var reader = _network.Steps.First(other => other.Inputs.Contains(output));
                if (_inFloats.Contains(reader)) _readable[output] = Scaled(pixels, output);
                else Bytes(pixels, output, reader);
                break;
            case ConvolutionStep convolution:
                var (kernel, bias) = Weights(convolution, convolution.Kernel, convolution.Bias);
                Rounded(Convolution(convolution, $"{output}_exact", _readable[convolution.Input], kernel, bias), output);
                break;
            case AddStep add:
                Rounded(Node("Add", $"{output}_exact", [_readable[add.Left], _readable[add.Right]]), output);
                break;
            case BesideStep beside:
                var levels = _levels[beside.Input];
                Read(output, levels with { Name = Beside(beside, $"{output}_levels", levels.Name, _network.Channels(beside.Input)) });
                break;
            case JoinStep join:
                Read(output, _levels[join.Parts[0]] with { Name = Joined($"{output}_levels", join.Parts.Select(part => _levels[part].Name)) });
                break;
            case LinearStep linear:
                var (matrix, added) = Weights(linear, linear.Kernel, linear.Bias);
                Product(output, _inFloats.Contains(step) ? Flat(_readable[linear.Input], $"{output}_flat") : Row(linear, output), matrix, added);
                break;
            default:
                throw new ArgumentException($"{step} is to be folded or split first", nameof(step));
        }
    }

    /// <summary>Pixels are bytes already. What the level nearest to 0 is off by, half a level, goes into the biases; the margin alone keeps it.</summary>
    private void Bytes(PixelStep pixels, string output, Step reader)
    {
        var zero = Math.Round(-pixels.Shift / (double)pixels.Scale);
        var name = Node("QuantizeLinear", $"{output}_bytes", [pixels.Pixels, Constant("pixel_one", Float, [], [1f]), Constant("pixel_none", UnsignedByte, [], [(byte)0])]);
        if (Widened(reader) is { } channels)
            name = Node("Pad", $"{output}_levels", [name, Constant<long>($"{output}_margins", LongInteger, [8], [0, 0, 0, 0, 0, channels - 3, 0, 0]), Constant("pixel_margin", UnsignedByte, [], [(byte)0])]);
        Read(output, new Levels(name, pixels.Scale, Constant("pixel_scale", Float, [], [pixels.Scale]), Constant("pixel_zero", UnsignedByte, [], [(byte)zero]), pixels.Shift + (zero * pixels.Scale)));
    }

    /// <summary>How many channels the pixels are brought to for a convolution of all of them; null for as many as they are. ONNX Runtime's fast
    /// convolutions take channels by fours.</summary>
    private static long? Widened(Step reader) => reader is ConvolutionStep { Kernel: { Groups: 1, Shape: [_, 3, _, _] } } ? 4 : null;

    /// <summary>Quantized, and dequantized where it is read.</summary>
    private void Rounded(string exact, string value)
    {
        // Parts that are joined have the levels of the whole.
        var whole = _network.Steps.OfType<JoinStep>().FirstOrDefault(join => join.Parts.Contains(value))?.Output ?? value;
        var range = _ranges[whole];
        var (scale, zero) = (Constant($"{value}_scale", Float, [], [range.Scale]), Constant($"{value}_zero", UnsignedByte, [], [range.Zero]));
        Read(value, new Levels(Node("QuantizeLinear", $"{value}_levels", [exact, scale, zero]), range.Scale, scale, zero, Offset: 0));
    }

    private void Read(string value, Levels levels)
    {
        _levels[value] = levels;
        if (_network.Steps.All(step => step is BesideStep or JoinStep || !step.Inputs.Contains(value))) return;
        _readable[value] = Node("DequantizeLinear", $"{value}_read", [levels.Name, levels.ScaleName, levels.ZeroName]);
    }

    /// <summary>A map as one row of numbers in the same levels.</summary>
    private string Row(LinearStep linear, string output)
    {
        var (_, _, scale, zero, _) = _levels[linear.Input];
        var levels = Node("QuantizeLinear", $"{output}_levels", [Flat(_readable[linear.Input], $"{output}_flat"), scale, zero]);
        return Node("DequantizeLinear", $"{output}_row", [levels, scale, zero]);
    }

    private (string Kernel, string Bias) Weights(Step step, Kernel kernel, double[] bias)
    {
        if (_inFloats.Contains(step))
        {
            var floats = _weights.Add($"{kernel.Name}.folded", $"r{_network.Side}", Float, kernel.Shape, MemoryMarshal.AsBytes<float>(kernel.Folded()));
            Stored(floats);
            return (floats.Name, Constant<float>($"{step.Output}_bias", Float, [bias.Length], Array.ConvertAll(bias, value => (float)value)));
        }

        var input = _levels[step.Inputs[0]];
        if (input.Offset != 0) bias = [.. bias.Select((value, output) => value + (input.Offset * Sum(kernel, output)))];
        if (_network.Maker(step.Inputs[0]) is PixelStep && Widened(step) is { } channels)
            kernel = kernel.WithInputs([.. Enumerable.Range(0, (int)channels).Select(channel => channel < 3 ? channel : -1)], 3) with { Name = $"{kernel.Name}.widened" };
        var quantized = QuantizedKernel.Of(kernel, bias, input.Scale);
        var stored = _weights.Add(kernel.Name, $"r{_network.Side}", SignedByte, kernel.Shape, MemoryMarshal.AsBytes<sbyte>(quantized.Values));
        Stored(stored);
        long[] each = [kernel.Outputs];
        var weights = Node(
            "DequantizeLinear", $"{step.Output}_weights",
            [stored.Name, Constant<float>($"{step.Output}_weight_scale", Float, each, quantized.Scales), Constant<sbyte>($"{step.Output}_weight_zero", SignedByte, each, new sbyte[kernel.Outputs])], Int("axis", 0));
        float[] scales = [.. quantized.Scales.Select(scale => scale * input.Scale)];
        var added = Node(
            "DequantizeLinear", $"{step.Output}_bias",
            [Constant<int>($"{step.Output}_bias_levels", Integer, each, quantized.Bias), Constant<float>($"{step.Output}_bias_scale", Float, each, scales), Constant<int>($"{step.Output}_bias_zero", Integer, each, new int[kernel.Outputs])], Int("axis", 0));
        return (weights, added);
    }

    private static double Sum(Kernel kernel, int output)
    {
        var sum = 0.0;
        foreach (var value in kernel.Values.AsSpan(output * kernel.RowLength, kernel.RowLength)) sum += value;
        return sum * kernel.Factors[output];
    }

    /// <param name="Name">The integers' name in the graph.</param>
    /// <param name="Scale">Distance of two levels.</param>
    /// <param name="ScaleName">Its name.</param>
    /// <param name="ZeroName">The name of the level that stands for 0.</param>
    /// <param name="Offset">What every number is larger than its level says.</param>
    private readonly record struct Levels(string Name, float Scale, string ScaleName, string ZeroName, double Offset);
}
