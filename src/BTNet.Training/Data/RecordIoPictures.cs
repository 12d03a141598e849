using System.Globalization;
using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>Finds out which records of a RecordIO file are pictures, and whose each is.</summary>
internal sealed class RecordIoPictures(RecordIoFile file, RecordPlace[] places, long[] ends)
{
    /// <summary>Reads the header of every picture.</summary>
    /// <param name="identities">Labels from this number on are faults.</param>
    /// <param name="skipped">Told of broken records; null to refuse them.</param>
    /// <param name="greatestBrokenShare">The share of broken records that is borne.</param>
    public (long[] Keys, long[] Offsets, long[] Ends, int[] Labels) ReadLabels(int identities, SkippedItems? skipped, double greatestBrokenShare)
    {
        var (first, end) = PictureRange();
        var keys = new long[end - first];
        var offsets = new long[keys.Length];
        var latest = new long[keys.Length];
        var labels = new int[keys.Length];
        var count = 0;
        var broken = new SkippedItems();
        for (var i = first; i < end; i++)
        {
            try
            {
                labels[count] = ReadLabel(i, identities);
            }
            catch (InputException e) when (!IsCutOff(i))
            {
                if (skipped is null) throw;
                broken.Add(Name(i), e.Message);
                skipped.Add($"{file.Path} {Name(i)}", e.Message);
                continue;
            }

            (keys[count], offsets[count], latest[count]) = (places[i].Key, places[i].Offset, ends[i]);
            count++;
        }

        broken.ThrowIfMoreThan(greatestBrokenShare, keys.Length, FaceBatchLoaderOptions.BrokenShareKey);
        return (keys[..count], offsets[..count], latest[..count], labels[..count]);
    }

    /// <summary>
    /// Which of the records, which are in the order of their numbers, are pictures. Record 0 may hold two numbers and no
    /// picture: the number after that of the last picture, and the number after that of the last identity's record.
    /// </summary>
    private (int First, int End) PictureRange()
    {
        if (places[0].Key != 0) return (0, places.Length);
        var (header, length) = ReadHeader(0);
        if (header.Labels < 2 || length > header.Bytes) return (0, places.Length);
        if (!(header.First >= 1 && header.First <= int.MaxValue) || header.First != MathF.Floor(header.First))
            throw Fault(0, $"says that the pictures end before record {header.First.ToString(CultureInfo.InvariantCulture)}, which is no record's number");
        var last = (long)header.First - 1;
        var end = 1;
        while (end < places.Length && places[end].Key <= last) end++;
        return end - 1 == last
            ? (1, end)
            : throw Fault(0, $"says that records 1 to {last} are pictures, but only {end - 1} of them are in the index: the .idx is cut off or belongs to another .rec. Copy or download both again.");
    }

    private int ReadLabel(int record, int identities)
    {
        var (header, length) = ReadHeader(record);
        if (length == header.Bytes) throw Fault(record, "holds a label but no picture");
        return header.First >= 0 && header.First < identities && header.First == MathF.Floor(header.First)
            ? (int)header.First
            : throw Fault(record, $"the label is {header.First.ToString(CultureInfo.InvariantCulture)}, expected a whole number from 0 to {identities - 1}");
    }

    private (ImageRecordHeader Header, long Length) ReadHeader(int record)
    {
        var (offset, name) = (places[record].Offset, Name(record));
        var (bytes, whole) = file.Start(offset, ends[record], name);
        if (!whole)
        {
            var data = file.Read(offset, ends[record], name);
            return (ImageRecordHeader.Parse(data, data.Length, what => Fault(record, what)), data.Length);
        }

        Span<byte> start = stackalloc byte[Math.Min(bytes, ImageRecordHeader.NeededBytes)];
        file.ReadBytes(start, offset + RecordIoFile.FrameBytes, name);
        return (ImageRecordHeader.Parse(start, bytes, what => Fault(record, what)), bytes);
    }

    /// <summary>Whether this is the last record of the file and is not whole, which tells of a copy that broke off.</summary>
    private bool IsCutOff(int record)
    {
        if (ends[record] != file.Length) return false;
        try
        {
            file.Next(places[record].Offset, Name(record));
            return false;
        }
        catch (InputException)
        {
            return true;
        }
    }

    private string Name(int record) => $"record {places[record].Key.ToString(CultureInfo.InvariantCulture)}";

    private InputException Fault(int record, string what) => file.Fault(Name(record), places[record].Offset, what);
}
