using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BTNet.Training.Teaching;

/// <summary>
/// Entries of floats in one file, each in a place of its own with a stamp above 0 and a checksum; a place without them is
/// empty and takes no room on the disk. An entry's floats are written before its stamp, and what was cut short by a crash is
/// found by its checksum when the file is opened again. For one process; for one thread, the stamps apart.
/// </summary>
/// <remarks>Read and written by position and not mapped into memory: a mapped file on a full disk, or one that somebody cuts
/// off, ends the process with a signal in place of an exception, and the system keeps its pages in memory either way.</remarks>
internal sealed class EntryFile : IDisposable
{
    /// <summary>Bytes of an entry beside its floats: the stamp and the checksum.</summary>
    public const int EntryHead = 16;

    private const int HeaderBytes = 64;

    private readonly SafeFileHandle _file;
    private readonly int _floatBytes;
    private readonly long[] _stamps;

    private EntryFile(SafeFileHandle file, int entries, int floats) => (_file, _floatBytes, _stamps) = (file, 4 * floats, new long[entries]);

    private static ReadOnlySpan<byte> Magic => "btnet-entries/1\n"u8;

    /// <summary>Entries that are there.</summary>
    public int Count => _stamps.Count(stamp => stamp > 0);

    /// <summary>Bytes of a file whose every place is taken.</summary>
    public static long Size(long entries, int floats) => HeaderBytes + (entries * (EntryHead + (4L * floats)));

    /// <summary>Opens the file of a key, or makes it anew where there is none or it is another's, cut off or damaged. Damaged
    /// entries are dropped.</summary>
    /// <param name="path">Where.</param>
    /// <param name="key">All that the entries depend on.</param>
    /// <param name="entries">How many places.</param>
    /// <param name="floats">Floats in each.</param>
    /// <param name="replaced">Whether another file was there and is gone.</param>
    /// <exception cref="IOException">It cannot be opened or made, such as where another process has it open.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened or made.</exception>
    public static EntryFile Open(string path, string key, int entries, int floats, out bool replaced)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        Magic.CopyTo(header);
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{entries}\n{floats}"), header[Magic.Length..]);
        var file = new EntryFile(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None), entries, floats);
        try
        {
            var isOurs = file.Take(header);
            replaced = !isOurs && RandomAccess.GetLength(file._file) > 0;
            if (!isOurs) file.Make(header);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The stamp of an entry; 0 where the place is empty. Safe for use from several threads.</summary>
    public long Stamp(int entry) => Volatile.Read(ref _stamps[entry]);

    /// <summary>Reads some of an entry's floats.</summary>
    /// <param name="entry">Which.</param>
    /// <param name="first">The first of its floats.</param>
    /// <param name="floats">Gets their bytes.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    public void Read(int entry, int first, Span<byte> floats) => ReadExactly(Place(entry) + EntryHead + (4L * first), floats);

    /// <summary>Writes an entry in two parts.</summary>
    /// <exception cref="IOException">The disk is full, or fails; the place counts as empty then.</exception>
    public void Write(int entry, long stamp, ReadOnlySpan<byte> floats, ReadOnlySpan<byte> more)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stamp, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(floats.Length + more.Length, _floatBytes);
        Volatile.Write(ref _stamps[entry], 0);
        RandomAccess.Write(_file, floats, Place(entry) + EntryHead);
        RandomAccess.Write(_file, more, Place(entry) + EntryHead + floats.Length);
        Span<byte> head = stackalloc byte[EntryHead];
        BinaryPrimitives.WriteInt64LittleEndian(head, stamp);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], Checksum(entry, stamp, floats, more));
        RandomAccess.Write(_file, head, Place(entry));
        Volatile.Write(ref _stamps[entry], stamp);
    }

    /// <summary>Brings every entry to the disk.</summary>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private static ulong Checksum(int entry, long stamp, ReadOnlySpan<byte> floats, ReadOnlySpan<byte> more)
    {
        // Place and stamp are in it, so that no entry passes for another.
        Span<long> about = [entry, stamp];
        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes(about));
        hash.Append(floats);
        hash.Append(more);
        return hash.GetCurrentHashAsUInt64();
    }

    private long Place(int entry) => Size(entry, _floatBytes / 4);

    /// <summary>Reads the stamps of a file that is this one's; false where it is not.</summary>
    private bool Take(ReadOnlySpan<byte> header)
    {
        if (RandomAccess.GetLength(_file) != Place(_stamps.Length)) return false;
        Span<byte> found = stackalloc byte[HeaderBytes];
        ReadExactly(0, found);
        if (!found.SequenceEqual(header)) return false;
        Span<byte> head = stackalloc byte[EntryHead];
        var floats = new byte[_floatBytes];
        for (var entry = 0; entry < _stamps.Length; entry++)
        {
            ReadExactly(Place(entry), head);
            var stamp = BinaryPrimitives.ReadInt64LittleEndian(head);
            if (stamp < 1) continue;
            Read(entry, 0, floats);
            if (BinaryPrimitives.ReadUInt64LittleEndian(head[8..]) == Checksum(entry, stamp, floats, [])) _stamps[entry] = stamp;
        }

        return true;
    }

    private void Make(ReadOnlySpan<byte> header)
    {
        // All that was there goes first; the header comes last, so that what is half made is no file of this kind.
        RandomAccess.SetLength(_file, 0);
        RandomAccess.SetLength(_file, Place(_stamps.Length));
        RandomAccess.Write(_file, header, 0);
    }

    private void ReadExactly(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0) throw new EndOfStreamException("it was cut off");
            offset += read;
            bytes = bytes[read..];
        }
    }
}
