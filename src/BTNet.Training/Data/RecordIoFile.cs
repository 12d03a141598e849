using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace BTNet.Training.Data;

/// <summary>
/// Random access to a RecordIO file (dmlc-core's format, which MXNet and InsightFace write). A record is one part or
/// more, each a frame at a multiple of four bytes: the magic number, 29 bits of length under 3 bits that say which part it
/// is (0 whole, 1 first, 2 middle, 3 last), then the data, padded to four bytes. A record is cut where its data holds the
/// magic number at a multiple of four, and the number, which is left out there, is put back between the parts. The file
/// may be larger than memory; any number of threads may read at once.
/// </summary>
internal sealed class RecordIoFile : IDisposable
{
    public const uint Magic = 0xced7230a;
    public const int FrameBytes = 8;
    private readonly SafeFileHandle _handle;

    /// <exception cref="InputException">Missing, unreadable, empty, or does not start with the magic number.</exception>
    public RecordIoFile(string path)
    {
        Path = path;
        if (!File.Exists(path)) throw new InputException($"{path}: no such file");
        try
        {
            _handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
            Length = RandomAccess.GetLength(_handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _handle?.Dispose();
            throw new InputException($"{path}: cannot be opened: {e.Message}", e);
        }

        try
        {
            if (Length == 0) throw new InputException($"{path}: the file is empty (0 bytes); copy or download it again");
            ReadFrame(0, Length, "first record");
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public long Length { get; }

    /// <summary>How many bytes of data the first part of a record holds, and whether more parts follow.</summary>
    /// <param name="offset">Where the record starts.</param>
    /// <param name="end">Where it ends at the latest: the next record or the end of the file.</param>
    /// <param name="name">What to call the record in a message.</param>
    public (int Bytes, bool Whole) Start(long offset, long end, string name)
    {
        var (bytes, part) = ReadFrame(offset, end, name);
        return part is 0 or 1 ? (bytes, part == 0) : throw Fault(name, offset, "is the middle of a record, not its start");
    }

    /// <summary>A record's data, its parts joined.</summary>
    public byte[] Read(long offset, long end, string name)
    {
        var (bytes, whole) = Start(offset, end, name);
        if (whole)
        {
            var data = new byte[bytes];
            ReadBytes(data, offset + FrameBytes, name);
            return data;
        }

        using var joined = new MemoryStream();
        var place = offset;
        Span<byte> magic = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, Magic);
        for (var part = 1; ;)
        {
            var data = new byte[bytes];
            ReadBytes(data, place + FrameBytes, name);
            joined.Write(data);
            if (part == 3) return joined.ToArray();
            joined.Write(magic);
            place += FrameBytes + Padded(bytes);
            (bytes, part) = ReadFrame(place, end, name);
            if (part is not (2 or 3)) throw Fault(name, place, "a part of the record is missing: another record starts before its last part");
        }
    }

    /// <summary>Where the next record starts, its parts walked over.</summary>
    public long Next(long offset, string name)
    {
        var (bytes, part) = ReadFrame(offset, Length, name);
        if (part is not (0 or 1)) throw Fault(name, offset, "is the middle of a record, not its start");
        while (part is 1 or 2)
        {
            offset += FrameBytes + Padded(bytes);
            (bytes, part) = ReadFrame(offset, Length, name);
            if (part is not (2 or 3)) throw Fault(name, offset, "a part of the record is missing: another record starts before its last part");
        }

        return offset + FrameBytes + Padded(bytes);
    }

    /// <summary>Fills the buffer from a place in the file.</summary>
    public void ReadBytes(Span<byte> buffer, long offset, string name)
    {
        while (buffer.Length > 0)
        {
            int read;
            try
            {
                read = RandomAccess.Read(_handle, buffer, offset);
            }
            catch (IOException e)
            {
                throw new InputException($"{Path} {name} (byte {offset}): cannot be read: {e.Message}", e);
            }

            if (read == 0) throw Fault(name, offset, "the file ends here, in the middle of the record: it is cut off");
            buffer = buffer[read..];
            offset += read;
        }
    }

    public InputException Fault(string name, long offset, string what) => new($"{Path} {name} (byte {offset}): {what}");

    public void Dispose() => _handle.Dispose();

    private static long Padded(int bytes) => (bytes + 3L) & ~3L;

    private (int Bytes, int Part) ReadFrame(long offset, long end, string name)
    {
        if (offset + FrameBytes > end)
            throw Fault(name, offset, end == Length ? "the file ends here, in the middle of the record: it is cut off" : "runs into the next record");
        Span<byte> frame = stackalloc byte[FrameBytes];
        ReadBytes(frame, offset, name);
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(frame);
        if (magic != Magic) throw Fault(name, offset, $"the magic number is 0x{magic:x8}, expected 0x{Magic:x8}: no RecordIO record starts here");
        var word = BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]);
        var (bytes, part) = ((int)(word & 0x1fffffff), (int)(word >> 29));
        if (part > 3) throw Fault(name, offset, $"the part number is {part}, expected 0 to 3");
        if (offset + FrameBytes + bytes > end)
            throw Fault(name, offset, $"is {bytes} bytes long by its own word, but " + (end == Length ? $"the file ends at byte {Length}: it is cut off" : $"the next record starts at byte {end}"));
        return (bytes, part);
    }
}
