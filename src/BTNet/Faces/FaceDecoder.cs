using System.Buffers;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace BTNet.Faces;

/// <summary>
/// Reads JPEG, PNG, WebP, GIF, BMP and whatever else Skia knows, judged by content and not by the file's name. The
/// numbers in the file are taken as they are (no colour management); grey becomes RGB; 16 bits become 8; what is
/// transparent is laid on black, so that colours that nobody sees do not reach a network; of several frames the first
/// counts; the orientation that a camera noted in EXIF is applied. Safe for use from several threads.
/// <para>
/// JPEGs of printing inks (CMYK and YCCK) are read as Adobe's programs write them, stored as negatives, also where
/// Adobe's marker is missing. Their colours are the product of ink and black, without the ink profile, as in Pillow: right
/// in light and dark, a little off in hue.
/// </para>
/// </summary>
public static class FaceDecoder
{
    /// <summary>The most pixels that a picture may have: 64 Mi. Judged by the header, before memory is taken.</summary>
    public const long MaxPixels = 64L << 20;

    /// <summary>The most bytes that a file may have: 256 MiB.</summary>
    public const long MaxBytes = 256L << 20;

    private const string CutOff = "is cut off before its end";

    /// <summary>Reads a picture file.</summary>
    /// <exception cref="InputException">There is no such file, it cannot be read, is a pipe, a socket or a device, or it is not a whole picture.</exception>
    public static FaceImage DecodeFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SpecialFile.Refuse(path, "a picture");
        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > MaxBytes)
                throw new InputException($"{path}: {length:N0} bytes are more than the {MaxBytes:N0} that a picture may have; give a smaller copy");
            var encoded = ArrayPool<byte>.Shared.Rent((int)length);
            try
            {
                var read = 0;
                while (read < length)
                {
                    var more = RandomAccess.Read(file, encoded.AsSpan(read, (int)length - read), read);
                    if (more == 0) break;
                    read += more;
                }

                return Decode(encoded.AsMemory(0, read), path);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(encoded);
            }
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file; expected a picture, check the path", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException($"{path}: cannot be read ({fault.Message}); expected a picture file that you may read", fault);
        }
    }

    /// <summary>Reads a picture from memory.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="name">What the fault messages call it: a path, or a record of a larger file.</param>
    /// <exception cref="InputException">Empty, no picture, cut off or damaged, or of more than <see cref="MaxPixels"/> pixels.</exception>
    public static FaceImage Decode(ReadOnlyMemory<byte> encoded, string name) => Decode(encoded.Span, name);

    /// <summary>Reads a picture from memory of any kind, where it lies.</summary>
    /// <param name="encoded">The file's bytes.</param>
    /// <param name="name">What the fault messages call it: a path, or a record of a larger file.</param>
    /// <exception cref="InputException">As <see cref="Decode(ReadOnlyMemory{byte}, string)"/>.</exception>
    public static unsafe FaceImage Decode(ReadOnlySpan<byte> encoded, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (encoded.IsEmpty) throw new InputException($"{name}: is empty (0 bytes); expected a picture such as JPEG or PNG, copy it again or remove it");

        // Skia reads the bytes where they lie; the codec is gone before they are let go.
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data);
            if (codec is null)
                throw new InputException($"{name}: is not a picture, or its header is damaged; expected JPEG, PNG, WebP, GIF or BMP, replace it or remove it");
            return Decode(codec, encoded, name);
        }
    }

    /// <summary>Reads a picture from a stream, such as an upload's, from where it stands to its end. It need not be able to seek, and is left open.</summary>
    /// <param name="stream">At most <see cref="MaxBytes"/> are read of it, and one; what it throws is passed on.</param>
    /// <param name="name">What the fault messages call it.</param>
    /// <exception cref="InputException">As <see cref="Decode(ReadOnlyMemory{byte}, string)"/>, or more than <see cref="MaxBytes"/> bytes.</exception>
    public static FaceImage Decode(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var encoded = new StreamBytes(stream, MaxBytes);
        while (encoded.Took(stream.Read(encoded.Room().Span)))
        {
        }

        return Decode(encoded, name);
    }

    /// <summary>As <see cref="Decode(Stream, string)"/>, without a thread that waits for the stream; the decoding itself runs on the thread that the last bytes came on.</summary>
    /// <param name="stream">At most <see cref="MaxBytes"/> are read of it, and one; what it throws is passed on.</param>
    /// <param name="name">What the fault messages call it.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="InputException">As <see cref="Decode(ReadOnlyMemory{byte}, string)"/>, or more than <see cref="MaxBytes"/> bytes.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before all bytes were there.</exception>
    public static async Task<FaceImage> DecodeAsync(Stream stream, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var encoded = new StreamBytes(stream, MaxBytes);
        while (encoded.Took(await stream.ReadAsync(encoded.Room(), cancellation)))
        {
        }

        return Decode(encoded, name);
    }

    private static FaceImage Decode(StreamBytes encoded, string name) => encoded.IsTooLong
        ? throw new InputException($"{name}: has more than the {MaxBytes:N0} bytes that a picture may have; give a smaller copy")
        : Decode(encoded.Bytes, name);

    private static unsafe FaceImage Decode(SKCodec codec, ReadOnlySpan<byte> encoded, string name)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MaxPixels)
            throw new InputException($"{name}: its header claims {width} x {height} pixels, more than the {MaxPixels:N0} that are read; cut out the face or give a smaller copy");
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && !JpegEnd.IsPresent(encoded)) throw Refused(codec, name, CutOff);

        // No colour space asked for, so none is converted to. Premultiplied is the same as laid on black.
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
        var rgba = (uint*)NativeMemory.Alloc((nuint)width * (nuint)height, sizeof(uint));
        try
        {
            var outcome = codec.GetPixels(info, (nint)rgba);
            if (outcome != SKCodecResult.Success) throw Refused(codec, name, Fault(outcome));
            return OrientedPixels.ToImage(new ReadOnlySpan<uint>(rgba, width * height), width, height, codec.EncodedOrigin);
        }
        finally
        {
            NativeMemory.Free(rgba);
        }
    }

    private static InputException Refused(SKCodec codec, string name, string fault) => new(
        $"{name}: {fault}; expected a whole {codec.EncodedFormat} picture of {codec.Info.Width} x {codec.Info.Height}, copy it again or remove it");

    private static string Fault(SKCodecResult outcome) => outcome switch
    {
        SKCodecResult.IncompleteInput => CutOff,
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "is damaged or cut off",
        _ => $"cannot be decoded ({outcome})",
    };
}
