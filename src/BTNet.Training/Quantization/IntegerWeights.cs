using System.Security.Cryptography;
using BTNet.Models;
using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;

namespace BTNet.Training.Quantization;

/// <summary>The file of weights of the networks in integers: what several have alike lies in it once.</summary>
internal sealed class IntegerWeights
{
    private readonly string _file;
    private readonly AlignedContents _contents = new();
    private readonly Dictionary<string, long> _places = [];
    private readonly Dictionary<string, StoredTensor> _index = [];

    /// <param name="file">What the graphs call it.</param>
    public IntegerWeights(string file) => _file = file;

    /// <summary>What lies where.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Index => _index;

    /// <summary>Puts a tensor into the file, unless its numbers are there.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="owner">Whose it is, such as <c>r14</c>: what its name begins with where another tensor has that name.</param>
    /// <param name="type">ONNX's number for its type.</param>
    /// <param name="shape">Its sides.</param>
    /// <param name="bytes">Its numbers.</param>
    /// <returns>The tensor as graphs refer to it. No two of a graph have a name in common, even where their numbers are the same: ONNX
    /// Runtime replaces weights by name as it goes.</returns>
    public TensorProto Add(string name, string owner, int type, long[] shape, ReadOnlySpan<byte> bytes)
    {
        var hash = Convert.ToHexString(SHA256.HashData(bytes));
        if (!_places.TryGetValue(hash, out var offset))
        {
            var kept = bytes.ToArray();
            _places.Add(hash, offset = _contents.Add(kept.Length, stream => stream.Write(kept)));
        }

        if (_index.TryGetValue(name, out var other) && other.Offset != offset) name = $"{owner}.{name}";
        _index[name] = new StoredTensor(shape, offset, type == GraphParts.SignedByte ? StoredTensor.SignedByte : null);
        return GraphParts.External(name, type, shape, _file, offset, bytes.Length);
    }

    public void Write(Stream stream) => _contents.Write(stream);
}
