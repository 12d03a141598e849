using System.CommandLine;
using System.Runtime.InteropServices;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;
using BTNet.Training.Quantization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Benchmarks;

/// <summary><c>foreign-int8</c>: what our quantization costs a well-trained network of others: a chain of convolutions, Relu, Clip to 6 and sums that takes faces
/// as ImageNet's networks do. Each way to choose ranges, on pairs.</summary>
internal static class ForeignInt8
{
    private static readonly double[] Mean = [0.485, 0.456, 0.406];
    private static readonly double[] Deviation = [0.229, 0.224, 0.225];

    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "ONNX file" };
        var faces = new Option<string>("--faces") { Description = "Folder to calibrate on, and that pairs start from", Required = true };
        var pairs = new Option<string[]>("--pairs") { Description = "Pair lists", Required = true, AllowMultipleArgumentsPerToken = true };
        var images = new Option<int>("--images") { Description = "Faces to calibrate on", DefaultValueFactory = _ => 256 };
        var resolutions = new Option<string>("--resolutions") { DefaultValueFactory = _ => "112x112,112x28,28x28,112x14,14x14" };
        var command = new Command("foreign-int8", "Accuracy of a network of others in single precision and in our 8-bit integers.") { model, faces, pairs, images, resolutions };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(faces), parsed.GetRequiredValue(pairs), parsed.GetValue(images), parsed.GetRequiredValue(resolutions)));
        return command;
    }

    private static void Run(string model, string folder, string[] pairs, int images, string resolutions)
    {
        var network = Read(model);
        var files = PictureFiles.Find([folder]);
        FaceImage[] faces = [.. Enumerable.Range(0, images).Select(i => FaceDecoder.DecodeFile(files[(int)((long)i * files.Count / images)]))];
        var set = PairSets.Open(pairs, folder);
        var options = new PairOptions { Way = SmallFaceWay.UpSample, Resolutions = ResolutionPair.ParseList(resolutions) };
        using var floats = new GraphEmbedder("fp32", FloatGraph.Of(network), network.EmbeddingSize);
        var expected = PairProtocol.Run(floats, set, options);
        foreach (var method in Enum.GetValues<RangeMethod>())
        {
            var ranges = Calibration.Run(network, faces, method, progress: null, CancellationToken.None);
            var weights = new IntegerWeights("weights.bin");
            var directory = Directory.CreateTempSubdirectory("btnet-foreign-");
            try
            {
                var file = Path.Combine(directory.FullName, "int8.onnx");
                var graph = IntegerGraph.Of(network, "int8", ranges, weights, []);
                using (var stream = File.Create(file)) graph.WriteTo(stream);
                using (var stream = File.Create(Path.Combine(directory.FullName, "weights.bin"))) weights.Write(stream);
                using var integers = new GraphEmbedder("int8", file, network.EmbeddingSize);
                var table = PairTable.Compare(expected, PairProtocol.Run(integers, set, options), "fp32", $"int8, {method}");
                Console.WriteLine($"| {string.Join(" | ", table.Columns)} |");
                foreach (var row in table.Rows) Console.WriteLine($"| {string.Join(" | ", row)} |");
                var sample = faces[..Math.Min(64, faces.Length)];
                var (exact, rounded) = (floats.Embed(sample, Resolution.Full), integers.Embed(sample, Resolution.Full));
                Console.WriteLine($"cosine, mean: {Enumerable.Range(0, sample.Length).Average(row => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(exact[row], rounded[row])):F4}");
            }
            finally
            {
                directory.Delete(recursive: true);
            }
        }
    }

    private static Network Read(string path)
    {
        var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph;
        var initializers = graph.Initializer.ToDictionary(tensor => tensor.Name);
        List<Step> steps =
        [
            new PixelStep("pixel", NetworkGraph.Input, 1 / 127.5f, -1),
            // ((x + 1) / 2 - mean) / deviation
            new NormStep(graph.Input[0].Name, "pixel", [.. Deviation.Select(deviation => 0.5 / deviation)], [.. Mean.Zip(Deviation, (mean, deviation) => (0.5 - mean) / deviation)])
        ];
        foreach (var node in graph.Node)
        {
            switch (node.OpType)
            {
                case "Conv":
                    var attributes = node.Attribute.ToDictionary(attribute => attribute.Name);
                    var kernel = new Kernel(node.Input[1], Values(node.Input[1]), [.. initializers[node.Input[1]].Dims]) { Stride = (int)attributes["strides"].Ints[0], Padding = (int)attributes["pads"].Ints[0], Groups = (int)attributes["group"].I };
                    steps.Add(new ConvolutionStep(node.Output[0], node.Input[0], kernel, [.. Values(node.Input[2])]));
                    break;
                case "Add":
                    steps.Add(new AddStep(node.Output[0], node.Input[0], node.Input[1]));
                    break;
                case "Relu" or "Clip":
                    var maker = (ConvolutionStep)steps[^1];
                    if (node.OpType == "Relu")
                    {
                        steps[^1] = maker with { Output = node.Output[0], Relu = true };
                        break;
                    }

                    // At most 6: 6 - relu(6 - x).
                    steps[^1] = maker with { Relu = true };
                    var (minus, six) = (Enumerable.Repeat(-1.0, maker.Kernel.Outputs), Enumerable.Repeat(6.0, maker.Kernel.Outputs).ToArray());
                    steps.Add(new ConvolutionStep($"{node.Output[0]}.left", maker.Output, Kernel.PerChannel($"{node.Output[0]}.minus", minus), six, Relu: true));
                    steps.Add(new ConvolutionStep(node.Output[0], $"{node.Output[0]}.left", Kernel.PerChannel($"{node.Output[0]}.again", minus), six));
                    break;
            }
        }

        var last = (ConvolutionStep)steps[^1];
        steps[^1] = new LinearStep(last.Output, last.Input, last.Kernel with { Shape = [last.Kernel.Outputs, last.Kernel.RowLength] }, last.Bias);
        return NormFolding.Fold(new Network(Resolution.Full.Side, steps));

        float[] Values(string name) => MemoryMarshal.Cast<byte, float>(initializers[name].RawData.Span).ToArray();
    }

    private sealed class GraphEmbedder : IEmbedder, IDisposable
    {
        private readonly ResolutionSession _session;
        private readonly string? _temporary;

        public GraphEmbedder(string description, string file, int embeddingSize)
        {
            (Description, EmbeddingSize) = (description, embeddingSize);
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            _session = new ResolutionSession(file, new ResolutionGraph(Resolution.Full.Side, file, null, null, null), embeddingSize, options);
        }

        public GraphEmbedder(string description, ModelProto graph, int embeddingSize)
            : this(description, Write(graph, out var file), embeddingSize) => _temporary = file;

        public string Description { get; }

        public int EmbeddingSize { get; }

        public IReadOnlyList<Resolution> Resolutions => [Resolution.Full];

        public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
        {
            var values = new float[faces.Count * EmbeddingSize];
            foreach (var rows in Enumerable.Range(0, faces.Count).Chunk(8)) _session.Run([.. rows.Select(row => faces[row])], values.AsMemory(rows[0] * EmbeddingSize, rows.Length * EmbeddingSize), cancellation);
            return new EmbeddingMatrix(faces.Count, EmbeddingSize, values);
        }

        public void Dispose()
        {
            _session.Dispose();
            if (_temporary is not null) File.Delete(_temporary);
        }

        private static string Write(ModelProto graph, out string file)
        {
            // Maps that calibration watches would be computed for nothing.
            var embedding = graph.Graph.Output.Single(value => value.Name == NetworkGraph.Output);
            graph.Graph.Output.Clear();
            graph.Graph.Output.Add(embedding);
            file = Path.Combine(Path.GetTempPath(), $"btnet-{Guid.NewGuid():N}.onnx");
            File.WriteAllBytes(file, graph.ToByteArray());
            return file;
        }
    }
}
