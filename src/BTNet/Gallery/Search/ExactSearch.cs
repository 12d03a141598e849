using System.Numerics.Tensors;

namespace BTNet.Gallery.Search;

/// <summary>
/// The best owners for queries, by the cosine in single precision of the most alike of their rows. Rows are scanned in 8-bit integers, whose error is bounded row by row (<see cref="QueryCode.Error"/>); what may be among
/// the best is compared in single precision. So the result is that of comparing with all rows in single precision, order included: nothing is approximate.
/// </summary>
internal static class ExactSearch
{
    // Below that it is done before another thread has started.
    private const long FewestProducts = 4L << 20;

    private const int FewRows = 16 * RowSegment.Rows;

    /// <summary>Searches for some queries at once.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="values">Gives the rows as they are, for those that may be among the best; called once a thread, and disposed.</param>
    /// <param name="queries">The queries <c>[N, D]</c>, finite; each is scaled to length 1.</param>
    /// <param name="places">How many owners are wanted for each, at least 1.</param>
    /// <param name="filter">Which owners may be found; null for all.</param>
    /// <param name="threads">How many threads to use; null for one a core.</param>
    /// <param name="cancellation">Ends the search between two segments.</param>
    /// <returns>For each query the best, the most alike first; fewer where fewer owners have rows.</returns>
    public static Match[][] Run(SearchRows rows, Func<IRowValues> values, ReadOnlySpan<float> queries, int places, OwnerFilter? filter = null, int? threads = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(places);
        ArgumentOutOfRangeException.ThrowIfNotEqual(queries.Length % rows.Dimensions, 0);
        var (count, segments) = (rows.Count, rows.Segments.ToArray());
        var units = new float[queries.Length];
        for (var start = 0; start < queries.Length; start += rows.Dimensions) SearchRows.Unit(queries.Slice(start, rows.Dimensions), units.AsSpan(start, rows.Dimensions));
        var tiles = new QueryTiles(units, rows.Dimensions, rows.Columns, filter, count);
        // Nobody has more owners than rows.
        var most = Math.Min(places, Math.Max(1, count));
        // A list of each query for each thread.
        var (lists, floors) = (new List<Shortlist[]>(), Enumerable.Repeat(float.NegativeInfinity, tiles.Count).ToArray());
        var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount };
        // Of a small gallery parts of a segment, so that no core waits long for another.
        var part = count < FewRows ? RowSegment.Rows / 8 : RowSegment.Rows;
        var used = (count + part - 1) / part;
        if (used <= 1 || threads == 1 || (long)count * rows.Columns * tiles.Count < FewestProducts)
        {
            lists.Add(Lists(tiles.Count, most));
            for (var i = 0; i < used; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Scan(i, lists[0]);
            }
        }
        else
        {
            Parallel.For(0, used, options, () => Lists(tiles.Count, most), (i, _, found) => Scan(i, found), found =>
            {
                lock (lists) lists.Add(found);
            });
        }

        var results = new Match[tiles.Count][];
        if (tiles.Count == 1 || threads == 1)
        {
            using var read = values();
            for (var query = 0; query < tiles.Count; query++) results[query] = Best(query, read);
        }
        else
        {
            Parallel.For(0, tiles.Count, options, values, (query, _, read) =>
            {
                results[query] = Best(query, read);
                return read;
            }, read => read.Dispose());
        }

        return results;

        Match[] Best(int query, IRowValues read) => Exact(rows, read, units.AsSpan(query * rows.Dimensions, rows.Dimensions), Shortlist.Ordered(lists.ConvertAll(found => found[query]), floors[query]), most);

        Shortlist[] Scan(int place, Shortlist[] found)
        {
            var (first, end) = (place * part, Math.Min(count, (place + 1) * part));
            var (segment, start) = (first / RowSegment.Rows, first % RowSegment.Rows);
            RowScan.Run(segments[segment], start, start + end - first, segment * RowSegment.Rows, tiles, found, floors);
            return found;
        }
    }

    private static Shortlist[] Lists(int queries, int places) => [.. Enumerable.Range(0, queries).Select(_ => new Shortlist(places))];

    private static Match[] Exact(SearchRows rows, IRowValues values, ReadOnlySpan<float> query, Match[] rowsByUpper, int places)
    {
        var (best, unit) = (new BestOwners(places), new float[rows.Dimensions]);
        foreach (var row in rowsByUpper)
        {
            // Nobody further on can reach the last of the best.
            if (row.Score < best.Floor) break;
            if (values.TryRead(rows.KeyOf(row.Row), unit)) best.Add(row with { Score = TensorPrimitives.Dot<float>(query, unit) });
        }

        return best.Ordered();
    }
}
