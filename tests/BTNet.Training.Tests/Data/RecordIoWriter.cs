using System.Buffers.Binary;
using System.Text;

namespace BTNet.Training.Tests.Data;

/// <summary>Writes RecordIO as dmlc-core and MXNet do: records cut where they hold the magic number, headers, index.</summary>
internal sealed class RecordIoWriter
{
    private const uint Magic = 0xced7230a;
    private readonly MemoryStream _rec = new();
    private readonly StringBuilder _idx = new();

    public byte[] Rec => _rec.ToArray();

    public string Idx => _idx.ToString();

    public int Parts { get; private set; }

    /// <summary>InsightFace's layout: record 0, the images, and a record for each identity.</summary>
    public static RecordIoWriter InsightFace(IReadOnlyList<(byte[] Image, float[] Labels)> images, int identities)
    {
        var writer = new RecordIoWriter();
        writer.Add(0, [], images.Count + 1, images.Count + 1 + identities);
        foreach (var (i, (image, labels)) in images.Index()) writer.Add(i + 1, image, labels);
        var owned = images.Index().ToLookup(image => (int)image.Item.Labels[0], image => image.Index + 1);
        for (var i = 0; i < identities; i++) writer.Add(images.Count + 1 + i, [], owned[i].DefaultIfEmpty(0).Min(), owned[i].DefaultIfEmpty(0).Max() + 1);

        return writer;
    }

    public void Add(long key, byte[] image, params float[] labels)
    {
        var vector = labels.Length > 1;
        var data = new byte[24 + (vector ? 4 * labels.Length : 0) + image.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(data, vector ? (uint)labels.Length : 0);
        BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(4), vector ? 0 : labels[0]);
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(8), (ulong)key);
        for (var i = 0; vector && i < labels.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(24 + (4 * i)), labels[i]);
        image.CopyTo(data, data.Length - image.Length);
        _idx.Append(key).Append('\t').Append(_rec.Length).Append('\n');
        WriteRecord(data);
    }

    public void Save(string folder, bool index = true, string? property = null)
    {
        File.WriteAllBytes(Path.Combine(folder, "train.rec"), Rec);
        if (index) File.WriteAllText(Path.Combine(folder, "train.idx"), Idx);
        if (property is not null) File.WriteAllText(Path.Combine(folder, "property"), property);
    }

    private void WriteRecord(byte[] data)
    {
        var start = 0;
        for (var i = 0; i + 4 <= data.Length; i += 4)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(i)) != Magic) continue;
            WritePart(data.AsSpan(start, i - start), start == 0 ? 1u : 2u);
            start = i + 4;
        }

        WritePart(data.AsSpan(start), start == 0 ? 0u : 3u);
    }

    private void WritePart(ReadOnlySpan<byte> data, uint part)
    {
        Span<byte> frame = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], (part << 29) | (uint)data.Length);
        _rec.Write(frame);
        _rec.Write(data);
        while (_rec.Length % 4 != 0) _rec.WriteByte(0);
        Parts++;
    }
}
