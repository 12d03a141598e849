using BTNet.Models;

namespace BTNet.Training.Export;

/// <summary>What lies in a file of weights, one after another, each at a multiple of <see cref="WeightIndex.Alignment"/>.</summary>
internal sealed class AlignedContents
{
    private readonly List<(long Offset, Action<Stream> Write)> _parts = [];
    private long _end;

    /// <summary>Puts a part behind the others.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="write">Writes so many bytes, when all is written.</param>
    /// <returns>Where it will begin.</returns>
    public long Add(long bytes, Action<Stream> write)
    {
        var offset = (_end + WeightIndex.Alignment - 1) / WeightIndex.Alignment * WeightIndex.Alignment;
        _parts.Add((offset, write));
        _end = offset + bytes;
        return offset;
    }

    /// <summary>Writes all parts, with zeros between.</summary>
    /// <param name="stream">Empty as yet.</param>
    public void Write(Stream stream)
    {
        foreach (var (offset, write) in _parts)
        {
            stream.Write(new byte[offset - stream.Position]);
            write(stream);
        }
    }
}
