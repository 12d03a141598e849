using System.IO.Compression;

namespace BTNet.Evaluation.Matlab;

/// <summary>
/// Inflates compressed elements. What comes out is taken as it comes, whatever the element says of its size, and not more of it than stated, of all elements together: deflate can hold a
/// thousand times its own size.
/// </summary>
internal sealed class MatInflater
{
    private const int FirstBytes = 4096;

    private readonly long _most;
    private long _left;

    /// <param name="mostBytes">The most that all elements together may hold.</param>
    public MatInflater(long mostBytes) => (_most, _left) = (mostBytes, mostBytes);

    public byte[] Inflate(MatInput input, MatElement element)
    {
        var (inflated, length) = (new byte[(int)Math.Min(FirstBytes, _left)], 0);
        try
        {
            using var source = new ZLibStream(new MemoryBytes(element.Data), CompressionMode.Decompress);
            while (true)
            {
                if (length == inflated.Length)
                {
                    if (length >= _left) break;
                    Array.Resize(ref inflated, (int)Math.Min(_left, 2L * length));
                }

                var read = source.Read(inflated, length, inflated.Length - length);
                if (read == 0) break;
                length += read;
            }

            // Whether it ends here tells a whole element from one that is too large.
            if (length >= _left && source.ReadByte() >= 0)
                throw input.Fault(element.At, $"the compressed elements hold more than {_most:N0} bytes; expected lists of names and numbers");
        }
        // The latter where zlib asks for a dictionary that no MAT-file has.
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            throw input.Fault(element.At, "a compressed element is damaged or cut off. Fetch the file again", fault);
        }

        _left -= length;
        Array.Resize(ref inflated, length);
        return inflated;
    }

    /// <summary>Reads memory without a copy of it.</summary>
    private sealed class MemoryBytes(ReadOnlyMemory<byte> bytes) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => bytes.Length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, bytes.Length - _position);
            bytes.Span.Slice(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
