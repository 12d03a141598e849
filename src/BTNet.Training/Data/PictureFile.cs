using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BTNet.Training.Data;

/// <summary>
/// Decoded pictures of 112 x 112 pixels in one file that any number of processes fill and read at once. Each has a place of its
/// own with a version, which says what it was decoded from, and a checksum over all. Who reads copies first and checks then,
/// so that a picture that is half written, by a process that was killed or by one that is writing still, counts as none.
/// </summary>
/// <remarks>
/// Read through a map: no call into the system for each picture, and one copy in memory for all processes. A map on a full disk, or
/// on a file that was cut off, ends the process with a signal. So the file's blocks are taken when it is made, it is
/// written by position and not through the map, and it is never shortened: another takes its name instead. It does not
/// guard against somebody else who shortens it, nor against a disk that fails.
/// </remarks>
internal sealed unsafe class PictureFile : IDisposable
{
    /// <summary>Bytes of a picture: red, green and blue of each pixel.</summary>
    public const int PixelBytes = 3 * 112 * 112;

    /// <summary>Bytes of a place beside the pixels: version and checksum.</summary>
    public const int HeadBytes = 16;

    private const int HeaderBytes = 64;
    private const int PlaceBytes = HeadBytes + PixelBytes;

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    private PictureFile(SafeFileHandle file)
    {
        _file = file;
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    private static ReadOnlySpan<byte> Magic => "btnet-pictures1\n"u8;

    /// <summary>Bytes of the file, which it takes from the beginning.</summary>
    public static long Size(long pictures) => HeaderBytes + (pictures * PlaceBytes);

    /// <summary>Opens the file of a key, or makes it where there is none or it is another's, cut off or damaged. One process makes
    /// it, the others wait for that.</summary>
    /// <param name="path">Where.</param>
    /// <param name="key">What is in which place.</param>
    /// <param name="pictures">How many places.</param>
    /// <param name="replaced">Whether another file was there and is gone.</param>
    /// <exception cref="IOException">The disk has no room for it, it cannot be made, or another process is at it for ever.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened or made.</exception>
    public static PictureFile Open(string path, string key, int pictures, out bool replaced)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{pictures}"), header.AsSpan(Magic.Length));
        using var turn = Turn(path + ".lock");
        replaced = false;
        if (File.Exists(path))
        {
            var found = OpenShared(path);
            if (IsOurs(found, header, pictures)) return Map(found);
            found.Dispose();
            // Its room is needed; who has it open still keeps it until then.
            File.Delete(path);
            replaced = true;
        }

        Make(path, header, pictures);
        return Map(OpenShared(path));
    }

    /// <summary>The pixels in a place; null where there are none of that version. Safe for use from several threads.</summary>
    /// <param name="place">Which.</param>
    /// <param name="version">What the picture would be decoded from; not 0.</param>
    /// <param name="wasSpoilt">Whether something was there, of another version or damaged.</param>
    public byte[]? Read(int place, ulong version, out bool wasSpoilt)
    {
        var head = new ReadOnlySpan<byte>(_start + Size(place), HeadBytes);
        var (found, checksum) = (BinaryPrimitives.ReadUInt64LittleEndian(head), BinaryPrimitives.ReadUInt64LittleEndian(head[8..]));
        wasSpoilt = found != 0;
        if (found != version) return null;
        var pixels = GC.AllocateUninitializedArray<byte>(PixelBytes);
        new ReadOnlySpan<byte>(_start + Size(place) + HeadBytes, PixelBytes).CopyTo(pixels);
        wasSpoilt = checksum != Checksum(place, version, pixels);
        return wasSpoilt ? null : pixels;
    }

    /// <summary>Puts a picture in its place. Safe for use from several threads and processes.</summary>
    /// <param name="place">Which.</param>
    /// <param name="version">What the picture was decoded from; not 0.</param>
    /// <param name="pixels">As many bytes as a picture has.</param>
    /// <exception cref="IOException">The disk fails.</exception>
    public void Write(int place, ulong version, ReadOnlySpan<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfZero(version);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, PixelBytes);
        var bytes = ArrayPool<byte>.Shared.Rent(PlaceBytes);
        try
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, version);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), Checksum(place, version, pixels));
            pixels.CopyTo(bytes.AsSpan(HeadBytes));
            RandomAccess.Write(_file, bytes.AsSpan(0, PlaceBytes), Size(place));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Closes the file; nobody may read any more.</summary>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
        _file.Dispose();
    }

    // Place and version are in it, so that no picture passes for another.
    private static ulong Checksum(int place, ulong version, ReadOnlySpan<byte> pixels) =>
        XxHash3.HashToUInt64(pixels, unchecked((long)(version + (0x9E3779B97F4A7C15UL * ((ulong)place + 1)))));

    private static SafeFileHandle OpenShared(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static PictureFile Map(SafeFileHandle file)
    {
        try
        {
            return new PictureFile(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool IsOurs(SafeFileHandle file, ReadOnlySpan<byte> header, int pictures)
    {
        if (RandomAccess.GetLength(file) != Size(pictures)) return false;
        Span<byte> found = stackalloc byte[HeaderBytes];
        return RandomAccess.Read(file, found, 0) == HeaderBytes && found.SequenceEqual(header);
    }

    private static void Make(string path, ReadOnlySpan<byte> header, int pictures)
    {
        // Under another name, so that what is half made is no file of this kind; made once more over what a killed process left.
        var half = path + ".new";
        try
        {
            using (var file = File.OpenHandle(half, FileMode.Create, FileAccess.ReadWrite, preallocationSize: Size(pictures)))
            {
                RandomAccess.SetLength(file, Size(pictures));
                RandomAccess.Write(file, header, 0);
            }

            File.Move(half, path);
        }
        catch
        {
            File.Delete(half);
            throw;
        }
    }

    /// <summary>Held by one process at a time; the system takes it from one that dies.</summary>
    private static SafeFileHandle Turn(string path)
    {
        for (var left = 600; ; left--)
        {
            try
            {
                return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (left > 0 && File.Exists(path))
            {
                Thread.Sleep(100);
            }
        }
    }
}
