using System.Buffers.Binary;
using BTNet.Evaluation.Pickles;

namespace BTNet.Training.Checkpoints.Import;

/// <summary>
/// A state dict that PyTorch 1.6 or later saved (<c>.pt</c>, <c>.pth</c>): tensors by name. Read without PyTorch and
/// without running any code of the file's; memory is bounded by a few times the file's length.
/// </summary>
public sealed class TorchArchive
{
    private const string ParallelPrefix = "module.";

    // Where checkpoints keep the state dict among other things.
    private static readonly string[] NestedKeys = ["state_dict", "model"];

    private TorchArchive(string name, string? key, bool prefixStripped, IReadOnlyList<NamedTensor> tensors)
        => (Name, Key, DataParallelPrefixStripped, Tensors) = (name, key, prefixStripped, tensors);

    /// <summary>The file's name without its folder, for messages.</summary>
    public string Name { get; }

    /// <summary>The key that the state dict lay under, <c>state_dict</c> or <c>model</c>; null where it is the whole file.</summary>
    public string? Key { get; }

    /// <summary>Whether every name began with <c>module.</c>, as data-parallel training leaves them, and was read without it.</summary>
    public bool DataParallelPrefixStripped { get; }

    /// <summary>The tensors, in the order of the file; no name twice, at least one.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">There is no such file; it is no archive of PyTorch's, is cut off or damaged; it
    /// is in the old format; it asks for code; it holds no state dict of plain tensors.</exception>
    public static TorchArchive Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path)) throw new InputException($"{path} is a folder; expected {TorchGlobals.Expected} (.pt, .pth)");
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a file that is open already.</summary>
    /// <param name="stream">The file from its start, seekable; stays open.</param>
    /// <param name="path">Its path or name, for messages.</param>
    /// <exception cref="InputException">As for <see cref="Read(string)"/>.</exception>
    public static TorchArchive Read(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var zip = TorchZip.Open(stream, path);
        var pickle = zip.Read("data.pkl");
        var root = Unpickler.Read(pickle, $"{path}, entry data.pkl", TorchGlobals.Table, TorchGlobals.Storage);
        var (key, entries) = StateDict(root, path);
        var stripped = entries.All(static entry => entry.Name.StartsWith(ParallelPrefix, StringComparison.Ordinal) && entry.Name.Length > ParallelPrefix.Length);
        var storages = new TorchStorages(zip, path);
        return new TorchArchive(Path.GetFileName(path), key, stripped, [.. entries.Select(entry => new NamedTensor(
            stripped ? entry.Name[ParallelPrefix.Length..] : entry.Name,
            entry.Tensor.Storage.ElementType,
            entry.Tensor.Shape,
            storages.Elements(entry.Tensor)))]);
    }

    private static (string? Key, List<(string Name, TorchTensor Tensor)> Entries) StateDict(object? root, string path)
    {
        if (root is not PickleDict dict) throw new InputException($"{path} holds {PickleText.Describe(root)}; expected {TorchGlobals.Expected}. Save one in PyTorch: torch.save(model.state_dict(), path).");
        var key = Array.Find(NestedKeys, name => dict.TryGet(name, out var value) && value is PickleDict);
        if (key is not null && dict.TryGet(key, out var nested)) dict = (PickleDict)nested!;
        var entries = new List<(string, TorchTensor)>(dict.Items.Count);
        if (!dict.Items.Any(static item => item.Value is TorchTensor))
        {
            throw new InputException($"{path} holds no tensors{(key is null ? "" : $" under '{key}'")}, but {Keys(dict)}. Expected {TorchGlobals.Expected}, by itself or under "
                + $"{string.Join(" or ", NestedKeys.Select(static name => $"'{name}'"))}. Save one in PyTorch: torch.save(model.state_dict(), path).");
        }

        foreach (var (name, value) in dict.Items)
        {
            if (name is not string text || value is not TorchTensor tensor)
                throw new InputException($"{path}: the entry {PickleText.Describe(name)} of the state dict is {PickleText.Describe(value)}; expected a tensor under a name. Remove the entry and save the file again.");
            if (text.Length == 0 || text.Any(char.IsControl)) throw new InputException($"{path}: a tensor's name, {PickleText.Describe(name)}, is empty or holds control characters: the file is damaged");
            entries.Add((text, tensor));
        }

        return (key, entries);
    }

    private static string Keys(PickleDict dict) => dict.Items.Count == 0
        ? "nothing"
        : $"the keys {string.Join(", ", dict.Items.Take(8).Select(static item => PickleText.Describe(item.Key)))}{(dict.Items.Count > 8 ? ", ..." : "")}";
}
