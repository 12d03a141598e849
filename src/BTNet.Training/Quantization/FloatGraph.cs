using BTNet.Training.Export.Onnx;
using static BTNet.Training.Export.GraphParts;

namespace BTNet.Training.Quantization;

/// <summary>A network without norms and PReLU in floats, whose every map comes out beside the embedding: what calibration watches.</summary>
internal sealed class FloatGraph : StepGraph
{
    private readonly Network _network;

    private FloatGraph(Network network) => _network = network;

    public static ModelProto Of(Network network)
    {
        var writer = new FloatGraph(network);
        var graph = writer.Write(network, "calibration");
        foreach (var value in Watched(network)) writer.Show(value);
        return graph;
    }

    /// <summary>The values whose ranges are wanted: all but the pixels, whose range is known, and the embedding.</summary>
    public static IEnumerable<string> Watched(Network network)
    {
        // What is joined has one range, that of the whole.
        var parts = network.Steps.OfType<JoinStep>().SelectMany(join => join.Parts).ToHashSet();
        return network.Steps.Where(step => step is (ConvolutionStep or AddStep or JoinStep) && !parts.Contains(step.Output)).Select(step => step.Output);
    }

    protected override void Write(Step step, string output)
    {
        switch (step)
        {
            case PixelStep pixels:
                Scaled(pixels, output);
                break;
            case ConvolutionStep convolution:
                Convolution(convolution, output, convolution.Input, Weights(convolution.Kernel, output), Bias(convolution.Bias, output));
                break;
            case AddStep add:
                Node("Add", output, [add.Left, add.Right]);
                break;
            case BesideStep beside:
                Beside(beside, output, beside.Input, _network.Channels(beside.Input));
                break;
            case JoinStep join:
                Joined(output, join.Parts);
                break;
            case LinearStep linear:
                Product(output, Flat(linear.Input, $"{output}_flat"), Weights(linear.Kernel, output), Bias(linear.Bias, output));
                break;
            default:
                throw new ArgumentException($"{step} is to be folded or split first", nameof(step));
        }
    }

    private string Weights(Kernel kernel, string output) => Constant<float>($"{output}_weights", Float, kernel.Shape, kernel.Folded());

    private string Bias(double[] bias, string output) => Constant<float>($"{output}_bias", Float, [bias.Length], Array.ConvertAll(bias, value => (float)value));
}
