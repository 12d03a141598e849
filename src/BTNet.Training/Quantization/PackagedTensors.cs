using System.Globalization;
using System.Runtime.InteropServices;
using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;

namespace BTNet.Training.Quantization;

/// <summary>The numbers of a package's graph, within it or in the file of weights.</summary>
/// <param name="graph">The graph.</param>
/// <param name="weights">What the graph calls the file of weights.</param>
/// <param name="path">Where that is.</param>
/// <param name="refused">Makes the fault of a reason.</param>
internal sealed class PackagedTensors(GraphProto graph, string weights, string path, Func<string, InputException> refused)
{
    private readonly Dictionary<string, TensorProto> _tensors = graph.Initializer.ToDictionary(tensor => tensor.Name);
    private readonly long _bytes = new FileInfo(path).Length;

    /// <summary>Weights of so many dimensions.</summary>
    public Kernel Kernel(string name, int dimensions)
    {
        var tensor = Tensor(name);
        return tensor.Dims.Count == dimensions ? new Kernel(name, Values(tensor), [.. tensor.Dims]) : throw refused($"has {tensor.Dims.Count} dimensions of '{name}', expected {dimensions}");
    }

    /// <summary>So many numbers.</summary>
    public float[] Values(string name, long count)
    {
        var tensor = Tensor(name);
        return Count(tensor) == count ? Values(tensor) : throw refused($"has {Count(tensor)} numbers of '{name}', expected {count}");
    }

    private TensorProto Tensor(string name) => _tensors.TryGetValue(name, out var tensor) && tensor.DataType == GraphParts.Float ? tensor : throw refused($"lacks the numbers '{name}'");

    /// <summary>No more than the bytes that they could be in.</summary>
    private long Count(TensorProto tensor)
    {
        var most = Math.Max(_bytes, tensor.RawData.Length) / sizeof(float);
        var count = 1L;
        foreach (var side in tensor.Dims)
        {
            if (side < 1 || side > most / count) throw refused($"has '{tensor.Name}' of {string.Join('x', tensor.Dims)} numbers, expected sides of 1 or more and no more numbers than there are");
            count *= side;
        }

        return count;
    }

    private float[] Values(TensorProto tensor)
    {
        var values = new float[Count(tensor)];
        var bytes = MemoryMarshal.AsBytes(values.AsSpan());
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
        {
            var (location, offset) = (Entry(tensor, "location"), Entry(tensor, "offset"));
            if (location != weights) throw refused($"has '{tensor.Name}' in '{location}', expected '{weights}'");
            if (!long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var start) || start > _bytes - bytes.Length)
                throw refused($"has '{tensor.Name}' at the offset '{offset}', expected a number with {bytes.Length} bytes of the file behind it");
            using var stream = File.OpenRead(path);
            stream.Position = start;
            stream.ReadExactly(bytes);
        }
        else if (tensor.RawData.Length == bytes.Length)
        {
            tensor.RawData.Span.CopyTo(bytes);
        }
        else
        {
            throw refused($"has {tensor.RawData.Length} bytes of '{tensor.Name}', expected {bytes.Length}");
        }

        return values;
    }

    private string Entry(TensorProto tensor, string key) => tensor.ExternalData.Where(entry => entry.Key == key).Select(entry => entry.Value).FirstOrDefault() ?? throw refused($"does not say the {key} of '{tensor.Name}'");
}
