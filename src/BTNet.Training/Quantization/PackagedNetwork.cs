using System.Runtime.InteropServices;
using BTNet.Models;
using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace BTNet.Training.Quantization;

/// <summary>Reads the network of a resolution from the standard graph of a package, as our export writes it.</summary>
internal sealed class PackagedNetwork
{
    private const string ByExport = "expected a graph that `btnet export` wrote; export the model again";

    private readonly string _path;
    private readonly string _weights;
    private readonly Dictionary<string, TensorProto> _initializers;

    private PackagedNetwork(string path, string weights, GraphProto graph)
    {
        (_path, _weights) = (path, weights);
        _initializers = graph.Initializer.ToDictionary(tensor => tensor.Name);
    }

    /// <param name="package">The package.</param>
    /// <param name="path">Which of its graphs.</param>
    /// <exception cref="InputException">The graph cannot be read, or is none that our export writes.</exception>
    public static Network Read(ModelPackage package, ResolutionGraph path)
    {
        var file = package.PathOf(path.Graph);
        try
        {
            var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file)).Graph ?? throw new InputException($"{file} holds no graph; {ByExport}");
            var reader = new PackagedNetwork(file, package.PathOf(package.Manifest.Graphs.Weights.File), graph);
            return new Network(path.Resolution, [.. reader.Steps(graph)]);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{file} cannot be read ({fault.Message.TrimEnd('.')}); {ByExport}", fault);
        }
    }

    private IEnumerable<Step> Steps(GraphProto graph)
    {
        var flat = new Dictionary<string, string>();
        var scaled = new Dictionary<string, float>();
        foreach (var node in graph.Node)
        {
            var (output, inputs) = (node.Output[0], node.Input);
            switch (node.OpType)
            {
                case "Mul" when inputs[0] == NetworkGraph.Input:
                    scaled[output] = Values(inputs[1])[0];
                    break;
                case "Add" when scaled.TryGetValue(inputs[0], out var scale):
                    yield return new PixelStep(output, NetworkGraph.Input, scale, Values(inputs[1])[0]);
                    break;
                case "Add":
                    yield return new AddStep(output, inputs[0], inputs[1]);
                    break;
                case "Conv" when inputs.Count == 2:
                    yield return Convolution(node);
                    break;
                case "BatchNormalization":
                    yield return Norm(node);
                    break;
                case "PRelu":
                    yield return new SlopeStep(output, inputs[0], Values(inputs[1]));
                    break;
                case "Flatten":
                    flat[output] = inputs[0];
                    break;
                case "Gemm" when flat.TryGetValue(inputs[0], out var map):
                    var matrix = Kernel(inputs[1]);
                    yield return new LinearStep(output, map, matrix, inputs.Count > 2 ? [.. Values(inputs[2])] : new double[matrix.Outputs]);
                    break;
                default:
                    throw new InputException($"{_path} has the operator {node.OpType} ({node.Name}); {ByExport}");
            }
        }
    }

    private ConvolutionStep Convolution(NodeProto node)
    {
        var kernel = Kernel(node.Input[1]) with { Stride = (int)Numbers(node, "strides")[0], Padding = (int)Numbers(node, "pads")[0], Groups = (int)Attribute(node, "group").I };
        return new ConvolutionStep(node.Output[0], node.Input[0], kernel, new double[kernel.Outputs]);
    }

    private NormStep Norm(NodeProto node)
    {
        var (gain, shift, mean, variance) = (Values(node.Input[1]), Values(node.Input[2]), Values(node.Input[3]), Values(node.Input[4]));
        var epsilon = (double)Attribute(node, "epsilon").F;
        double[] scale = [.. gain.Select((value, channel) => value / Math.Sqrt(variance[channel] + epsilon))];
        return new NormStep(node.Output[0], node.Input[0], scale, [.. shift.Select((value, channel) => value - (mean[channel] * scale[channel]))]);
    }

    private Kernel Kernel(string name) => new(name, Values(name), [.. Tensor(name).Dims]);

    private TensorProto Tensor(string name) => _initializers.TryGetValue(name, out var tensor) && tensor.DataType == GraphParts.Float ? tensor : throw new InputException($"{_path} lacks the numbers '{name}'; {ByExport}");

    private float[] Values(string name)
    {
        var tensor = Tensor(name);
        var values = new float[tensor.Dims.Aggregate(1L, (product, side) => product * side)];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            using var stream = File.OpenRead(_weights);
            stream.Position = long.Parse(tensor.ExternalData.First(entry => entry.Key == "offset").Value, System.Globalization.CultureInfo.InvariantCulture);
            stream.ReadExactly(bytes);
        }
        else if (tensor.RawData.Length == bytes.Length)
        {
            tensor.RawData.Span.CopyTo(bytes);
        }
        else
        {
            throw new InputException($"{_path} has {tensor.RawData.Length} bytes of '{name}', expected {bytes.Length}; {ByExport}");
        }

        return values;
    }

    private RepeatedField<long> Numbers(NodeProto node, string name) => Attribute(node, name).Ints;

    private AttributeProto Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name) ?? throw new InputException($"{_path} has {node.OpType} ({node.Name}) without {name}; {ByExport}");
}
