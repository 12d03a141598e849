using System.Text.Json;
using System.Text.Json.Serialization;

namespace BTNet.Models;

/// <summary>A tensor in a file of weights.</summary>
/// <param name="Shape">Its sides.</param>
/// <param name="Offset">Where its first byte lies.</param>
/// <param name="Type">What its numbers are: null for 32-bit floats, <c>int8</c> for signed bytes.</param>
public sealed record StoredTensor(IReadOnlyList<long> Shape, long Offset, string? Type = null)
{
    /// <summary>The <see cref="Type"/> of signed bytes.</summary>
    public const string SignedByte = "int8";

    /// <summary>Bytes of a number.</summary>
    internal int Width => Type is null ? sizeof(float) : sizeof(sbyte);
}

/// <summary>What lies where in a file of weights, by the initializer's name in the graphs: the contents of <c>weights.json</c>.</summary>
public static class WeightIndex
{
    /// <summary>A tensor begins at a multiple of as many bytes, so that it can be used where it lies.</summary>
    public const int Alignment = 64;

    /// <summary>Reads an index.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Length of the file of weights.</param>
    /// <exception cref="InputException">It cannot be read, or names what lies outside of the file.</exception>
    internal static IReadOnlyDictionary<string, StoredTensor> Read(string path, long bytes)
    {
        SpecialFile.Refuse(path, "the index of a model package's weights");
        try
        {
            using var stream = File.OpenRead(path);
            var tensors = JsonSerializer.Deserialize(stream, WeightIndexJson.Default.DictionaryStringStoredTensor) ?? throw new JsonException("it is null");
            foreach (var (name, tensor) in tensors)
            {
                if (tensor is null) throw new JsonException($"it has null for '{name}'");
                if (tensor.Offset % Alignment != 0) throw new JsonException($"it has '{name}' at {tensor.Offset}, which is no multiple of {Alignment}");
                if (tensor.Type is not (null or StoredTensor.SignedByte)) throw new JsonException($"it has '{name}' of the type '{tensor.Type}', expected {StoredTensor.SignedByte} or none");
                if (tensor.Offset < 0 || tensor.Shape.Any(side => side < 1) || !Fits(tensor, bytes))
                    throw new JsonException($"it has '{name}' of [{string.Join(", ", tensor.Shape)}] at {tensor.Offset}, outside of a file of {bytes} bytes");
            }

            return tensors;
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} is no index of weights: {fault.Message.TrimEnd('.')}. Export the model again", fault);
        }
    }

    /// <summary>An index as text.</summary>
    public static byte[] Write(IReadOnlyDictionary<string, StoredTensor> tensors) => JsonSerializer.SerializeToUtf8Bytes(tensors.ToDictionary(), WeightIndexJson.Default.DictionaryStringStoredTensor);

    private static bool Fits(StoredTensor tensor, long bytes)
    {
        var room = (bytes - tensor.Offset) / tensor.Width;
        // Divided rather than multiplied: sides that a damaged file claims may be of any size.
        foreach (var side in tensor.Shape) room /= side;
        return room >= 1;
    }
}

/// <summary>Made when this is built, so that the first model is there sooner than by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Dictionary<string, StoredTensor>))]
internal sealed partial class WeightIndexJson : JsonSerializerContext;
