using System.IO.MemoryMappedFiles;
using BTNet.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace BTNet.Inference;

/// <summary>A package's weights, mapped into memory once, as initializers that any number of sessions use where they lie. Must
/// outlive the sessions.</summary>
internal sealed class SharedWeights : IDisposable
{
    private readonly FileStream? _stream;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly Dictionary<string, OrtValue> _tensors = [];
    private bool _isPointedAt;

    /// <param name="path">The file of weights.</param>
    /// <param name="index">The file that says what lies where in it.</param>
    /// <exception cref="InputException">One of them cannot be read, or the index does not fit.</exception>
    public SharedWeights(string path, string index)
    {
        try
        {
            // Opened once: the length must be that of what is mapped, also where the path is a link.
            _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            var tensors = WeightIndex.Read(index, _stream.Length);
            if (tensors.FirstOrDefault(tensor => tensor.Value.Type is not null) is { Key: { } name, Value: var other })
                throw new InputException($"{index} has '{name}' of the type '{other.Type}', and the graphs that share it take 32-bit floats, which have none. Export the model again");
            _file = MemoryMappedFile.CreateFromFile(_stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            Point(tensors);
        }
        catch (Exception fault)
        {
            Dispose();
            // ArgumentException: an empty file, which cannot be mapped.
            if (fault is IOException or UnauthorizedAccessException or ArgumentException)
                throw new InputException($"{path}: cannot be mapped into memory ({fault.Message}); expected a file of weights that you may read", fault);
            throw;
        }
    }

    public void GiveTo(SessionOptions options)
    {
        foreach (var (name, tensor) in _tensors) options.AddInitializer(name, tensor);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
        if (_isPointedAt) _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
        _stream?.Dispose();
    }

    private unsafe void Point(IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        byte* first = null;
        _view!.SafeMemoryMappedViewHandle.AcquirePointer(ref first);
        _isPointedAt = true;
        first += _view.PointerOffset;
        foreach (var (name, tensor) in tensors)
        {
            long[] shape = [.. tensor.Shape];
            var bytes = shape.Aggregate((long)sizeof(float), (product, side) => product * side);
            _tensors[name] = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)(first + tensor.Offset), bytes);
        }
    }
}
