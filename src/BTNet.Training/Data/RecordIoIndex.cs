using System.Globalization;

namespace BTNet.Training.Data;

/// <summary>Where a record lies.</summary>
/// <param name="Key">Its number in the <c>.idx</c>.</param>
/// <param name="Offset">Its first byte in the <c>.rec</c>.</param>
internal readonly record struct RecordPlace(long Key, long Offset);

/// <summary>Where each record of a RecordIO file lies: read from the <c>.idx</c> beside it, or found by walking through it.</summary>
internal static class RecordIoIndex
{
    /// <summary>Reads the <c>key&lt;TAB&gt;offset</c> lines, and gives them by key.</summary>
    /// <exception cref="InputException">Empty, or lines that are no such pair, or a key or place twice.</exception>
    public static RecordPlace[] Read(string path)
    {
        var places = new List<RecordPlace>();
        var faults = new FaultList(path);
        foreach (var (number, text) in TextLines.Read(path))
        {
            var line = text.AsSpan().Trim();
            if (line.IsEmpty) continue;
            var tab = line.IndexOf('\t');
            if (tab > 0
                && long.TryParse(line[..tab], NumberStyles.None, CultureInfo.InvariantCulture, out var key)
                && long.TryParse(line[(tab + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            {
                places.Add(new RecordPlace(key, offset));
            }
            else
            {
                faults.Add($"line {number}: expected a record's number, a tab and its first byte, found '{line[..Math.Min(40, line.Length)]}'");
            }
        }

        faults.ThrowIfAny();
        if (places.Count == 0) throw new InputException($"{path}: the index is empty; copy it again, or delete it to have the records found by walking through the .rec");
        places.Sort((a, b) => a.Key != b.Key ? a.Key.CompareTo(b.Key) : a.Offset.CompareTo(b.Offset));
        for (var i = 1; i < places.Count; i++)
        {
            if (places[i].Key == places[i - 1].Key) faults.Add($"record {places[i].Key} is listed twice, at byte {places[i - 1].Offset} and at {places[i].Offset}");
        }

        faults.ThrowIfAny();
        return [.. places];
    }

    /// <summary>Walks through the file; records are numbered from 0 in its order, as MXNet's own indexing tool does.</summary>
    /// <exception cref="InputException">A record is broken, so that what follows it cannot be found.</exception>
    public static RecordPlace[] Scan(RecordIoFile file)
    {
        var places = new List<RecordPlace>();
        for (var offset = 0L; offset < file.Length;)
        {
            places.Add(new RecordPlace(places.Count, offset));
            offset = file.Next(offset, $"record {places.Count - 1}");
        }

        return [.. places];
    }

    /// <summary>Where each record ends at the latest: where the next one in the file starts, or the file ends.</summary>
    public static long[] Ends(RecordPlace[] places, long length)
    {
        var offsets = Array.ConvertAll(places, place => place.Offset);
        var order = new int[places.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(offsets, order);
        var ends = new long[places.Length];
        var end = length;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            if (i + 1 < order.Length && offsets[i + 1] > offsets[i]) end = offsets[i + 1];
            ends[order[i]] = end;
        }

        return ends;
    }
}
