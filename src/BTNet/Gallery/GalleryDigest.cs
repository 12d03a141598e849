using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace BTNet.Gallery;

/// <summary>Tells people, in their order and with all that is kept of them, from others: what two stores give that have the same. Times count to the millisecond, which all stores keep.</summary>
internal sealed class GalleryDigest
{
    private readonly XxHash128 _hash = new();

    /// <summary>People so far.</summary>
    public long Subjects { get; private set; }

    /// <summary>Their faces.</summary>
    public long Faces { get; private set; }

    /// <summary>Adds somebody, and when.</summary>
    public void Add(Enrolment person)
    {
        Subjects++;
        Faces += person.Faces.Count;
        Add(person.Id);
        Add(person.Name);
        Add(person.Attributes.Count);
        foreach (var (key, value) in person.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            Add(key);
            Add(value);
        }

        Add(person.Faces.Count);
        foreach (var face in person.Faces)
        {
            Add(face.Resolution.Side);
            // Not every store tells -0 from 0.
            Add(face.Quality is null ? 0 : 1);
            Add(BitConverter.DoubleToInt64Bits((face.Quality ?? 0) + 0.0));
            Add(face.Source);
            Add(face.Time?.ToUnixTimeMilliseconds() ?? long.MinValue);
            Add(face.Model?.Fingerprint);
            Add(face.Model?.Networks);
            _hash.Append(MemoryMarshal.AsBytes(face.Embedding.Span));
        }
    }

    /// <summary>What tells them.</summary>
    public byte[] Value() => _hash.GetCurrentHash();

    private void Add(string? text)
    {
        Add(text?.Length ?? -1);
        _hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void Add(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _hash.Append(bytes);
    }
}
