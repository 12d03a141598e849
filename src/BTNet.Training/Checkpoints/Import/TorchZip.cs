using System.IO.Compression;
using System.IO.Hashing;
using BTNet.Evaluation.Pickles;

namespace BTNet.Training.Checkpoints.Import;

/// <summary>
/// The zip container that <c>torch.save</c> writes: entries under one folder, not compressed. What is compressed is
/// refused, and so is what claims more bytes than the file has; so reading takes no more memory than the file is long.
/// </summary>
internal sealed class TorchZip : IDisposable
{
    private static readonly byte[] ZipMagic = [(byte)'P', (byte)'K', 3, 4];

    // What the old format starts with: a pickle of protocol 2 of torch's magic number.
    private static readonly byte[] LegacyMagic = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries;
    private readonly string _file;
    private long _read;

    private TorchZip(ZipArchive zip, Dictionary<string, ZipArchiveEntry> entries, long length, string file)
        => (_zip, _entries, Length, _file) = (zip, entries, length, file);

    /// <summary>Bytes of the whole file.</summary>
    public long Length { get; }

    /// <summary>Opens the container and finds the folder with <c>data.pkl</c>.</summary>
    /// <param name="stream">The file from its start; stays the caller's.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="InputException">Not a zip, cut off, or without <c>data.pkl</c>.</exception>
    public static TorchZip Open(Stream stream, string file)
    {
        RefuseOtherFormats(stream, file);
        var zip = Guarded(file, "is a zip archive that is cut off or damaged", () => new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true));
        try
        {
            var entries = Guarded(file, "is a zip archive whose directory is damaged", () => List(zip, file));
            return new TorchZip(zip, entries, stream.Length, file);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is such an entry.</summary>
    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>An entry's bytes.</summary>
    /// <param name="name">Within the archive's folder: <c>data/0</c>.</param>
    /// <param name="expected">The length it must have, or null where any will do.</param>
    /// <exception cref="InputException">Missing, of another length, compressed, cut off or with a wrong checksum.</exception>
    public byte[] Read(string name, long? expected = null)
    {
        if (!_entries.TryGetValue(name, out var entry)) throw new InputException($"{_file} has no entry {PickleText.Printable(name)}: the file is damaged. Fetch or save it again.");
        if (expected is { } length && entry.Length != length)
            throw new InputException($"{_file}: the entry {PickleText.Printable(name)} has {entry.Length} bytes where {length} are needed: the file is damaged. Fetch or save it again.");
        if (entry.CompressedLength != entry.Length)
            throw new InputException($"{_file}: the entry {PickleText.Printable(name)} is compressed, which torch.save never does. Unpack the archive and pack it without compression (zip -0 -r).");
        _read += entry.Length;
        if (_read > Length || entry.Length > Array.MaxLength)
            throw new InputException($"{_file}: the entry {PickleText.Printable(name)} claims {entry.Length} bytes, more than the file has or than can be read ({Array.MaxLength})");
        var bytes = Guarded(_file, $"cannot be read at its entry {PickleText.Printable(name)}", () => Content(entry));
        if (Crc32.HashToUInt32(bytes) != entry.Crc32)
            throw new InputException($"{_file}: the checksum of the entry {PickleText.Printable(name)} does not match: the file is damaged. Fetch or save it again.");
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    private static void RefuseOtherFormats(Stream stream, string file)
    {
        var start = new byte[LegacyMagic.Length];
        var count = Guarded(file, "cannot be read", () => stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        stream.Position = 0;
        if (count == 0) throw new InputException($"{file} is empty; expected {TorchGlobals.Expected} as torch.save writes it");
        if (start.AsSpan(0, count).StartsWith(ZipMagic)) return;
        throw start.AsSpan().SequenceEqual(LegacyMagic)
            ? new InputException($"{file} is in PyTorch's old format (before 1.6), which is not read. Save it again in PyTorch: torch.save(torch.load(path, map_location='cpu'), path, _use_new_zipfile_serialization=True).")
            : new InputException($"{file} is no PyTorch checkpoint: it does not start as a zip archive. Expected {TorchGlobals.Expected} as torch.save writes it.");
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var content = entry.Open();
        content.ReadExactly(bytes);
        return bytes;
    }

    // The framework's zip reader answers a damaged archive with any of these.
    private static T Guarded<T>(string file, string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new InputException($"{file} {what}: {e.Message} Fetch or save it again.", e);
        }
    }

    private static Dictionary<string, ZipArchiveEntry> List(ZipArchive zip, string file)
    {
        var roots = zip.Entries.Where(entry => entry.FullName.Split('/') is [_, "data.pkl"]).ToList();
        if (roots.Count != 1)
            throw new InputException($"{file} is a zip archive with {roots.Count} entries FOLDER/data.pkl; expected one, as torch.save writes it. Is it another kind of archive?");
        var root = roots[0].FullName[..^"data.pkl".Length];
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries.Where(entry => entry.FullName.StartsWith(root, StringComparison.Ordinal)))
        {
            if (!entries.TryAdd(entry.FullName[root.Length..], entry))
                throw new InputException($"{file} has the entry {PickleText.Printable(entry.FullName)} twice; which one counts is not clear. Save it again.");
        }

        return entries;
    }
}
