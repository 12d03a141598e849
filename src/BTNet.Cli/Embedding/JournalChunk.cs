using System.Runtime.InteropServices;

namespace BTNet.Cli.Embedding;

/// <summary>A face as the journal holds it: pictures by their number.</summary>
internal sealed record JournalRow(int Picture, int Face, int Branch, int Width, int Height, string Warning, float[] Values);

/// <summary>A picture that was left out, as the journal holds it.</summary>
internal sealed record JournalFault(int Picture, string Reason);

/// <summary>What became of some pictures that follow one another; committed as a whole.</summary>
/// <param name="First">Number of the first picture.</param>
/// <param name="Pictures">How many.</param>
/// <param name="Rows">Their faces, in order.</param>
/// <param name="Faults">Those that were left out.</param>
internal sealed record JournalChunk(int First, int Pictures, IReadOnlyList<JournalRow> Rows, IReadOnlyList<JournalFault> Faults)
{
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
        {
            writer.Write(First);
            writer.Write(Pictures);
            writer.Write(Rows.Count);
            foreach (var row in Rows)
            {
                foreach (var number in (int[])[row.Picture, row.Face, row.Branch, row.Width, row.Height, row.Values.Length]) writer.Write(number);
                writer.Write(row.Warning);
                writer.Write(MemoryMarshal.AsBytes<float>(row.Values));
            }

            writer.Write(Faults.Count);
            foreach (var fault in Faults)
            {
                writer.Write(fault.Picture);
                writer.Write(fault.Reason);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> gave; the bytes have been checked.</summary>
    public static JournalChunk From(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
        var (first, pictures) = (reader.ReadInt32(), reader.ReadInt32());
        var rows = new JournalRow[reader.ReadInt32()];
        for (var i = 0; i < rows.Length; i++)
        {
            var (picture, face, branch, width, height) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            var values = new float[reader.ReadInt32()];
            var warning = reader.ReadString();
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            rows[i] = new JournalRow(picture, face, branch, width, height, warning, values);
        }

        var faults = new JournalFault[reader.ReadInt32()];
        for (var i = 0; i < faults.Length; i++) faults[i] = new JournalFault(reader.ReadInt32(), reader.ReadString());
        return new JournalChunk(first, pictures, rows, faults);
    }
}
