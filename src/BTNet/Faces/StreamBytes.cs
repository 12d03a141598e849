using System.Buffers;

namespace BTNet.Faces;

/// <summary>What was read of a stream so far, in borrowed memory that grows up to a limit.</summary>
internal sealed class StreamBytes : IDisposable
{
    private const int FirstRoom = 1 << 16;

    private readonly long _most;
    private byte[] _buffer;
    private int _length;

    /// <param name="stream">Asked for its length where it knows it, so that nothing needs to grow.</param>
    /// <param name="most">The most bytes that are wanted.</param>
    public StreamBytes(Stream stream, long most)
    {
        _most = most;
        // One byte more, to see the end in, or to see that it goes on.
        var expected = stream.CanSeek ? Math.Clamp(stream.Length - stream.Position, 0, most) : FirstRoom;
        _buffer = ArrayPool<byte>.Shared.Rent((int)expected + 1);
    }

    /// <summary>All bytes so far; gone once this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Whether the stream has more bytes than are wanted.</summary>
    public bool IsTooLong => _length > _most;

    /// <summary>Where the next bytes may go; never empty.</summary>
    public Memory<byte> Room()
    {
        if (_length == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _length, _most + 1));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsMemory(_length, (int)Math.Min(_buffer.Length, _most + 1) - _length);
    }

    /// <summary>Notes what was read into the room.</summary>
    /// <returns>Whether to read on: not at the end, nor beyond the limit.</returns>
    public bool Took(int bytes)
    {
        _length += bytes;
        return bytes > 0 && !IsTooLong;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }
}
