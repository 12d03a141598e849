using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace BTNet.Training.Checkpoints;

/// <summary>
/// Named tensors in one file, in the safetensors format, which other tools read: eight bytes of header length, a JSON
/// header with type, shape and offsets of each tensor and text under <c>__metadata__</c>, then the bytes. Written
/// atomically.
/// </summary>
public static class TensorFile
{
    private const string MetadataKey = "__metadata__";
    private const long GreatestHeader = 100_000_000;
    private const int GreatestRank = 16;
    private const long PieceNumbers = 1 << 24;
    private const int NamedAtMost = 20;

    private static readonly Dictionary<ScalarType, (string Name, int Size)> Types = new()
    {
        [ScalarType.Float32] = ("F32", 4), [ScalarType.Float64] = ("F64", 8), [ScalarType.Int64] = ("I64", 8)
    };

    /// <summary>Writes the file; what was there before stays whole until the new one is complete.</summary>
    /// <exception cref="InputException">It could not be written, such as on a full disk; the message names the file.</exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var list = tensors.ToList();
        var header = new JsonObject
        {
            [MetadataKey] = new JsonObject(metadata.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)))
        };
        var offset = 0L;
        foreach (var (name, tensor) in list)
        {
            var (type, size) = Types[tensor.dtype];
            var end = offset + (size * tensor.NumberOfElements);
            header[name] = new JsonObject
            {
                ["dtype"] = type,
                ["shape"] = new JsonArray([.. tensor.shape.Select(side => (JsonNode)side)]),
                ["data_offsets"] = new JsonArray(offset, end)
            };
            offset = end;
        }

        AtomicFile.Write(path, stream =>
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(header);
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
            stream.Write(length);
            stream.Write(json);
            foreach (var (_, tensor) in list)
            {
                using var scope = NewDisposeScope();
                foreach (var piece in Pieces(tensor.detach().cpu().contiguous())) stream.Write(piece.bytes);
            }
        });
    }

    /// <summary>Reads the metadata alone.</summary>
    /// <exception cref="InputException">Missing, damaged, or no such file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var stream = Open(path);
        return ReadHeader(path, stream).Metadata;
    }

    /// <summary>Reads everything. The tensors are the caller's to dispose.</summary>
    /// <exception cref="InputException">Missing, damaged, or no such file.</exception>
    public static (Dictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        using var stream = Open(path);
        var (entries, metadata) = ReadHeader(path, stream);
        var start = stream.Position;
        Dictionary<string, Tensor> tensors = [];
        foreach (var entry in entries)
        {
            stream.Position = start + entry.Start;
            using var scope = NewDisposeScope();
            var tensor = empty(entry.Shape, entry.Type);
            foreach (var piece in Pieces(tensor)) stream.ReadExactly(piece.bytes);
            tensors[entry.Name] = tensor.DetachFromDisposeScope();
        }

        return (tensors, metadata);
    }

    /// <summary>Reads a file into tensors that exist already, strictly: every name must be there with its type and shape,
    /// and no other. Where it throws, no tensor has changed.</summary>
    /// <exception cref="InputException">Anything else; every tensor at fault is named.</exception>
    public static IReadOnlyDictionary<string, string> ReadInto(string path, IEnumerable<(string Name, Tensor Tensor)> targets)
    {
        var (tensors, metadata) = Read(path);
        try
        {
            List<string> faults = [];
            List<(Tensor From, Tensor To)> copies = [];
            var wanted = targets.ToList();
            foreach (var (name, target) in wanted)
            {
                if (!tensors.TryGetValue(name, out var tensor)) faults.Add($"'{name}' is missing");
                else if (!tensor.shape.SequenceEqual(target.shape)) faults.Add($"'{name}' is [{string.Join(", ", tensor.shape)}], expected [{string.Join(", ", target.shape)}]");
                else if (tensor.dtype != target.dtype) faults.Add($"'{name}' is {tensor.dtype}, expected {target.dtype}");
                else copies.Add((tensor, target));
            }

            var names = wanted.Select(target => target.Name).ToHashSet();
            faults.AddRange(tensors.Keys.Where(name => !names.Contains(name)).Select(name => $"'{name}' is not part of this network"));
            if (faults.Count > NamedAtMost) faults = [.. faults.Take(NamedAtMost), $"and {faults.Count - NamedAtMost} more"];
            if (faults.Count > 0) throw new InputException($"{path} holds another network than expected", faults);
            using var _ = no_grad();
            foreach (var (from, to) in copies) to.copy_(from);
            return metadata;
        }
        finally
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
        }
    }

    /// <summary>Copies what was read of a file into some tensors, where name, type and shape are the same.</summary>
    /// <returns>Names of those that were copied.</returns>
    internal static IReadOnlyList<string> CopyWhatFits(IReadOnlyDictionary<string, Tensor> tensors, IEnumerable<(string Name, Tensor Tensor)> targets)
    {
        using var _ = no_grad();
        List<string> copied = [];
        foreach (var (name, target) in targets)
        {
            if (!tensors.TryGetValue(name, out var tensor) || tensor.dtype != target.dtype || !tensor.shape.SequenceEqual(target.shape)) continue;
            target.copy_(tensor);
            copied.Add(name);
        }

        return copied;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static (List<Entry> Entries, IReadOnlyDictionary<string, string> Metadata) ReadHeader(string path, FileStream stream)
    {
        try
        {
            Span<byte> length = stackalloc byte[8];
            stream.ReadExactly(length);
            var size = BinaryPrimitives.ReadInt64LittleEndian(length);
            if (size is < 2 or > GreatestHeader || size > stream.Length - 8) throw new InputException($"{path} is no tensor file: a header of {size} bytes in a file of {stream.Length}");
            var json = new byte[size];
            stream.ReadExactly(json);
            var header = JsonNode.Parse(json)!.AsObject();
            var metadata = header[MetadataKey]?.AsObject().ToDictionary(entry => entry.Key, entry => (string)entry.Value!) ?? [];
            var entries = header.Where(entry => entry.Key != MetadataKey).Select(entry => ReadEntry(path, entry.Key, entry.Value!, stream.Length - 8 - size)).ToList();
            RefuseSharedBytes(path, entries);
            return (entries, metadata);
        }
        catch (Exception e) when (e is JsonException or EndOfStreamException or InvalidOperationException or FormatException or NullReferenceException or ArgumentException or OverflowException)
        {
            throw new InputException($"{path} is no tensor file or is damaged: {e.Message}", e);
        }
    }

    /// <summary>A contiguous tensor's numbers piece by piece, in its own memory: a span ends at 2 GB, and a classifier of millions
    /// of identities does not.</summary>
    private static IEnumerable<Tensor> Pieces(Tensor tensor)
    {
        var flat = tensor.reshape(-1);
        for (var at = 0L; at < flat.shape[0]; at += PieceNumbers) yield return flat.narrow(0, at, Math.Min(PieceNumbers, flat.shape[0] - at));
    }

    private static Entry ReadEntry(string path, string name, JsonNode node, long available)
    {
        var type = Types.Where(known => known.Value.Name == (string)node["dtype"]!).Select(known => (ScalarType?)known.Key).FirstOrDefault()
            ?? throw new InputException($"{path}: '{name}' has the type {node["dtype"]}, which is not read here; expected F32, F64 or I64");
        var shape = node["shape"]!.AsArray().Select(side => (long)side!).ToArray();
        var (start, end) = ((long)node["data_offsets"]![0]!, (long)node["data_offsets"]![1]!);
        if (shape.Length > GreatestRank) throw new InputException($"{path}: '{name}' has {shape.Length} axes; expected {GreatestRank} at most. The file is damaged");
        // An empty tensor's other axes must make sense as well: torch computes strides from them.
        var room = shape.Aggregate(1L, (a, b) => checked(a * Math.Max(b, 1)));
        var count = shape.Contains(0) ? 0 : room;
        if (shape.Any(side => side < 0) || start < 0 || end > available || end - start != checked(count * Types[type].Size))
            throw new InputException($"{path}: '{name}' has bytes {start} to {end} of {available}, which does not fit its shape [{string.Join(", ", shape)}]; the file is cut off or damaged");
        return new Entry(name, type, shape, start, end);
    }

    /// <summary>The format has none share bytes; were it allowed, a small file could ask for any amount of memory.</summary>
    private static void RefuseSharedBytes(string path, IEnumerable<Entry> entries)
    {
        Entry? last = null;
        foreach (var entry in entries.Where(entry => entry.End > entry.Start).OrderBy(entry => entry.Start))
        {
            if (last is not null && entry.Start < last.End)
                throw new InputException($"{path}: '{last.Name}' has bytes {last.Start} to {last.End} and '{entry.Name}' has {entry.Start} to {entry.End}, which overlap; the file is damaged");
            last = entry;
        }
    }

    private sealed record Entry(string Name, ScalarType Type, long[] Shape, long Start, long End);
}
