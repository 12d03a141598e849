using BTNet.Models;
using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;
using Google.Protobuf;

namespace BTNet.Training.Quantization;

/// <summary>Reads the network of a resolution from the standard graph of a package, as our export writes it. What it would
/// read otherwise than ONNX means it is refused.</summary>
internal sealed class PackagedNetwork
{
    private const string ByExport = "expected a graph that `btnet export` wrote; export the model again";

    /// <summary>No kernel, stride or margin of a network for faces is larger.</summary>
    private const long Largest = 1024;

    private readonly string _path;
    private readonly PackagedTensors _tensors;
    private readonly Dictionary<string, Map> _maps;

    private PackagedNetwork(string path, PackagedTensors tensors, int side) => (_path, _tensors, _maps) = (path, tensors, new() { [NetworkGraph.Input] = new Map(3, side) });

    /// <param name="package">The package.</param>
    /// <param name="path">Which of its graphs.</param>
    /// <exception cref="InputException">The graph cannot be read, or is none that our export writes.</exception>
    public static Network Read(ModelPackage package, ResolutionGraph path)
    {
        var file = package.PathOf(path.Graph);
        if (path.Input is not null || package.Manifest.Graphs.Weights is not { File: var weights }) throw Refused(file, "is a network that others trained");
        try
        {
            var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file)).Graph ?? throw new InputException($"{file} holds no graph; {ByExport}");
            var reader = new PackagedNetwork(file, new PackagedTensors(graph, weights, package.PathOf(weights), reason => Refused(file, reason)), path.Resolution);
            List<Step> steps = [.. reader.Steps(graph)];
            if (steps is not [PixelStep pixels, ConvolutionStep first, ..] || first.Input != pixels.Output || steps is not ([.., LinearStep] or [.., LinearStep, NormStep]))
                throw Refused(file, "is no network from pixels by a convolution to a product");
            if (steps[^1] is NormStep norm && norm.Input != steps[^2].Output) throw Refused(file, "ends with a norm of something else than the product");
            if (steps[^1].Output != NetworkGraph.Output) throw Refused(file, $"ends with '{steps[^1].Output}', not with '{NetworkGraph.Output}'");
            return new Network(path.Resolution, steps);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{file} cannot be read ({fault.Message.TrimEnd('.')}); {ByExport}", fault);
        }
    }

    private static InputException Refused(string file, string reason) => new($"{file} {reason}; {ByExport}");

    private IEnumerable<Step> Steps(GraphProto graph)
    {
        var flat = new Dictionary<string, string>();
        var scaled = new Dictionary<string, float>();
        foreach (var node in graph.Node)
        {
            if (node.Output.Count != 1) throw Refused(node, "with other than one output");
            var (output, inputs) = (node.Output[0], node.Input);
            if (_maps.ContainsKey(output) || flat.ContainsKey(output) || scaled.ContainsKey(output)) throw Refused(node, $"that makes '{output}' again");
            switch (node.OpType)
            {
                case "Mul" when inputs.Count == 2 && inputs[0] == NetworkGraph.Input:
                    scaled[output] = _tensors.Values(inputs[1], 1)[0];
                    break;
                case "Add" when inputs.Count == 2 && scaled.TryGetValue(inputs[0], out var scale):
                    var shift = _tensors.Values(inputs[1], 1)[0];
                    // Ranges are chosen for pixels of -1 to 1.
                    if (Math.Abs((scale * 127.5) - 1) > 1e-6 || shift != -1) throw Refused(node, "that brings pixels to another range than -1 to 1");
                    Made(output, Of(node, NetworkGraph.Input));
                    yield return new PixelStep(output, NetworkGraph.Input, scale, shift);
                    break;
                case "Add" when inputs.Count == 2:
                    if (Of(node, inputs[0]) != Of(node, inputs[1])) throw Refused(node, "of maps that are not of one size");
                    Made(output, Of(node, inputs[0]));
                    yield return new AddStep(output, inputs[0], inputs[1]);
                    break;
                case "Conv" when inputs.Count == 2:
                    yield return Convolution(node);
                    break;
                case "BatchNormalization" when inputs.Count == 5:
                    yield return Norm(node);
                    break;
                case "PRelu" when inputs.Count == 2:
                    Made(output, Of(node, inputs[0]));
                    yield return new SlopeStep(output, inputs[0], _tensors.Values(inputs[1], _maps[output].Channels));
                    break;
                case "Flatten" when inputs.Count == 1:
                    Only(node, ("axis", 1));
                    _ = Of(node, inputs[0]);
                    flat[output] = inputs[0];
                    break;
                case "Gemm" when inputs.Count is 2 or 3 && flat.TryGetValue(inputs[0], out var map):
                    yield return Linear(node, map);
                    break;
                default:
                    throw Refused(node, $"with {inputs.Count} inputs");
            }
        }
    }

    private ConvolutionStep Convolution(NodeProto node)
    {
        Only(node, ("dilations", null), ("group", null), ("kernel_shape", null), ("pads", null), ("strides", null));
        var (input, groups) = (Of(node, node.Input[0]), Attribute(node, "group").I);
        var kernel = _tensors.Kernel(node.Input[1], 4);
        var side = kernel.Shape[2];
        var (stride, padding) = (Same(node, "strides", 2, 1), Same(node, "pads", 4, 0));
        if (Same(node, "dilations", 2, 1) != 1) throw Refused(node, "whose kernel has gaps");
        if (side != kernel.Shape[3] || side > Largest || Same(node, "kernel_shape", 2, 1) != side) throw Refused(node, "whose kernel is not square, or not of the size that it says");
        if (groups < 1 || groups > input.Channels || input.Channels % groups != 0 || kernel.Outputs % groups != 0 || kernel.Shape[1] != input.Channels / groups)
            throw Refused(node, $"whose kernel of {string.Join('x', kernel.Shape)} in {groups} groups does not fit {input.Channels} channels");
        if (input.Side + (2 * padding) < side) throw Refused(node, "whose kernel is larger than the map");
        Made(node.Output[0], new Map(kernel.Outputs, ((input.Side + (2 * padding) - side) / stride) + 1));
        return new ConvolutionStep(node.Output[0], node.Input[0], kernel with { Stride = (int)stride, Padding = (int)padding, Groups = (int)groups }, new double[kernel.Outputs]);
    }

    private NormStep Norm(NodeProto node)
    {
        Only(node, ("epsilon", null));
        var map = Of(node, node.Input[0]);
        var (gain, shift, mean, variance) = (Each(1), Each(2), Each(3), Each(4));
        var epsilon = (double)Attribute(node, "epsilon").F;
        if (!double.IsFinite(epsilon) || epsilon < 0) throw Refused(node, "whose epsilon is negative or no number");
        double[] scale = [.. gain.Select((value, channel) => value / Math.Sqrt(variance[channel] + epsilon))];
        Made(node.Output[0], map);
        return new NormStep(node.Output[0], node.Input[0], scale, [.. shift.Select((value, channel) => value - (mean[channel] * scale[channel]))]);

        float[] Each(int input) => _tensors.Values(node.Input[input], map.Channels);
    }

    private LinearStep Linear(NodeProto node, string input)
    {
        Only(node, ("transB", 1));
        if (Attribute(node, "transB").I != 1) throw Refused(node, "whose matrix lies the other way");
        var (map, matrix) = (Of(node, input), _tensors.Kernel(node.Input[1], 2));
        if (matrix.Shape[1] != map.Channels * map.Side * map.Side) throw Refused(node, $"whose matrix of {string.Join('x', matrix.Shape)} does not fit {map.Channels} maps of {map.Side}x{map.Side}");
        Made(node.Output[0], new Map(matrix.Outputs, 1));
        return new LinearStep(node.Output[0], input, matrix, node.Input.Count > 2 ? [.. _tensors.Values(node.Input[2], matrix.Outputs)] : new double[matrix.Outputs]);
    }

    private void Made(string output, Map map) => _maps.Add(output, map);

    private Map Of(NodeProto node, string value) => _maps.TryGetValue(value, out var map) ? map : throw Refused(node, $"of '{value}', which nothing before it makes");

    /// <summary>Attributes that are not known would change what is computed.</summary>
    private void Only(NodeProto node, params (string Name, long? Value)[] known)
    {
        foreach (var attribute in node.Attribute)
            if (!known.Any(one => one.Name == attribute.Name && (one.Value is null || one.Value == attribute.I))) throw Refused(node, $"with the attribute {attribute.Name} = {attribute.I}");
    }

    /// <summary>A number that is said for every side alike.</summary>
    private long Same(NodeProto node, string name, int count, long least)
    {
        var numbers = Attribute(node, name).Ints;
        return numbers.Count == count && numbers.All(number => number == numbers[0]) && numbers[0] >= least && numbers[0] <= Largest
            ? numbers[0]
            : throw Refused(node, $"whose {name} are {string.Join(", ", numbers.Take(count + 1))}, not {count} times one number of {least} to {Largest}");
    }

    private AttributeProto Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name) ?? throw Refused(node, $"without {name}");

    private InputException Refused(NodeProto node, string reason) => Refused(_path, $"has the operator {node.OpType} ({node.Name}) {reason}");

    /// <summary>What a value holds for a face: maps of one size; numbers in a row are maps of 1x1.</summary>
    private readonly record struct Map(long Channels, long Side);
}
