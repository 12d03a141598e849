using System.Numerics.Tensors;

namespace BTNet.Gallery.Search;

/// <summary>All rows of a gallery, coded, in memory: a byte a number. One thread at a time adds and removes; any number search meanwhile, and see a row wholly or not at all.</summary>
internal sealed class SearchRows
{
    private readonly float[] _unit;
    private RowSegment[] _segments = [];
    private int _count;

    /// <param name="dimensions">Numbers of a row, at least 1.</param>
    public SearchRows(int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        (Dimensions, Columns) = (dimensions, (dimensions + IRowLanes.ColumnsAtATime - 1) / IRowLanes.ColumnsAtATime * IRowLanes.ColumnsAtATime);
        _unit = new float[dimensions];
    }

    /// <summary>Numbers of a row.</summary>
    public int Dimensions { get; }

    /// <summary>Numbers of a coded row.</summary>
    public int Columns { get; }

    /// <summary>Rows there are, removed ones included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many of them were removed or replaced; for the thread that adds and removes.</summary>
    public int Removed { get; private set; }

    /// <summary>Adds a row, which is scaled to length 1; one of zeros stays one and is like nothing.</summary>
    /// <param name="row">The row, finite.</param>
    /// <param name="owner">Whose it is, at least 0: of the rows of one owner the most alike counts.</param>
    /// <param name="key">What its exact numbers are found by, as <see cref="IRowValues"/> knows it.</param>
    /// <returns>Its place.</returns>
    public int Add(ReadOnlySpan<float> row, int owner, long key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(row.Length, Dimensions);
        ArgumentOutOfRangeException.ThrowIfNegative(owner);
        var place = _count;
        Reserve(1);
        Set(place, row, owner, key, _unit);
        // Whoever sees the count sees the row.
        Volatile.Write(ref _count, place + 1);
        return place;
    }

    /// <summary>Adds rows, coded on all cores.</summary>
    /// <param name="rows">The rows <c>[N, D]</c>, finite.</param>
    /// <param name="owners">Whose they are <c>[N]</c>.</param>
    /// <param name="keys">What their exact numbers are found by <c>[N]</c>.</param>
    public void AddMany(ReadOnlyMemory<float> rows, ReadOnlyMemory<int> owners, ReadOnlyMemory<long> keys)
    {
        var (first, count) = (_count, owners.Length);
        if (count == 0) return;
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length, count * Dimensions);
        Reserve(count);
        var parts = Math.Min(count, Environment.ProcessorCount);
        Parallel.For(0, parts, part =>
        {
            var unit = new float[Dimensions];
            for (var i = (int)((long)count * part / parts); i < (int)((long)count * (part + 1) / parts); i++)
                Set(first + i, rows.Span.Slice(i * Dimensions, Dimensions), owners.Span[i], keys.Span[i], unit);
        });
        Volatile.Write(ref _count, first + count);
    }

    /// <summary>Removes a row: no search that begins later finds it. Its place stays empty.</summary>
    public void Remove(int place)
    {
        ref var owner = ref _segments[place / RowSegment.Rows].Owners[place % RowSegment.Rows];
        if (owner >= 0 && !IsReplaced(place)) Removed++;
        Volatile.Write(ref owner, -1);
    }

    /// <summary>Takes rows away of owners who have others, which are there: who searches among fewer rows than there are now goes on seeing the old ones, so that no owner is missing from a search.</summary>
    /// <param name="which">Which of the owner and the key of each.</param>
    /// <param name="end">The place after the last that is looked at.</param>
    public void ReplaceWhere(Func<int, long, bool> which, int end)
    {
        for (var place = 0; place < end; place++)
        {
            var (segment, row) = (_segments[place / RowSegment.Rows], place % RowSegment.Rows);
            if (segment.Owners[row] < 0 || IsReplaced(place) || !which(segment.Owners[row], segment.Keys[row])) continue;
            Removed++;
            Volatile.Write(ref segment.Until[row], _count);
        }
    }

    private bool IsReplaced(int place) => _segments[place / RowSegment.Rows].Until[place % RowSegment.Rows] != int.MaxValue;

    /// <summary>Removes rows: no search that begins later finds them.</summary>
    /// <param name="which">Which of the owner and the key of each.</param>
    /// <param name="first">The first place that is looked at.</param>
    /// <param name="end">The place after the last; null for all.</param>
    /// <returns>How many.</returns>
    public int RemoveWhere(Func<int, long, bool> which, int first = 0, int? end = null)
    {
        var before = Removed;
        for (var place = first; place < (end ?? _count); place++)
        {
            var (segment, row) = (_segments[place / RowSegment.Rows], place % RowSegment.Rows);
            if (segment.Owners[row] >= 0 && which(segment.Owners[row], segment.Keys[row])) Remove(place);
        }

        return Removed - before;
    }

    /// <summary>The rows without those that were removed, in their order, as they are coded. Who searches among these goes on with them.</summary>
    public SearchRows Compacted()
    {
        var compact = new SearchRows(Dimensions);
        compact.Reserve(_count - Removed);
        for (var place = 0; place < _count; place++)
        {
            var (segment, row) = (_segments[place / RowSegment.Rows], place % RowSegment.Rows);
            if (segment.Owners[row] < 0 || IsReplaced(place)) continue;
            var next = compact._count++;
            compact._segments[next / RowSegment.Rows].Copy(next % RowSegment.Rows, segment, row);
        }

        return compact;
    }

    /// <summary>What a row's exact numbers are found by.</summary>
    public long KeyOf(int place) => Volatile.Read(ref _segments)[place / RowSegment.Rows].Keys[place % RowSegment.Rows];

    /// <summary>The segments that hold so many rows as were counted before.</summary>
    public ReadOnlySpan<RowSegment> Segments => Volatile.Read(ref _segments);

    private void Reserve(int rows)
    {
        var needed = (_count + rows + RowSegment.Rows - 1) / RowSegment.Rows;
        if (needed > _segments.Length) Volatile.Write(ref _segments, [.. _segments, .. Enumerable.Range(_segments.Length, needed - _segments.Length).Select(_ => new RowSegment(Columns))]);
    }

    private void Set(int place, ReadOnlySpan<float> row, int owner, long key, float[] unit)
    {
        Unit(row, unit);
        _segments[place / RowSegment.Rows].Set(place % RowSegment.Rows, unit, owner, key);
    }

    /// <summary>Scales to length 1.</summary>
    /// <param name="row">What is scaled; zeros stay zeros.</param>
    /// <param name="unit">Gets it.</param>
    public static void Unit(ReadOnlySpan<float> row, Span<float> unit)
    {
        // Not the sum of squares alone: they may be beyond what single precision holds, or below.
        var greatest = Math.Abs(TensorPrimitives.MaxMagnitude(row));
        if (greatest == 0)
        {
            unit.Clear();
            return;
        }

        TensorPrimitives.Divide(row, greatest, unit);
        TensorPrimitives.Divide(unit, TensorPrimitives.Norm<float>(unit), unit);
    }
}
