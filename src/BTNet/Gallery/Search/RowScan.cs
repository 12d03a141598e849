using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BTNet.Gallery.Search;

/// <summary>Looks through coded rows for those that may be among the best for some queries.</summary>
internal static class RowScan
{
    // What rows of a block take should stay in a core's cache while each query passes them.
    private const int BytesOfBlock = 256 << 10;

    private delegate void Scan(RowSegment segment, int start, int rows, QueryTiles queries, Shortlist[] found, float[] floors, int first);

    private static readonly Scan Fastest = WideRowLanes.IsSupported ? Through<WideRowLanes> : HalvedRowLanes.IsSupported ? Through<HalvedRowLanes> : Through<PlainRowLanes>;

    /// <summary>Looks through some rows of a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="from">The first of them.</param>
    /// <param name="rows">The row after the last.</param>
    /// <param name="first">The place of its first row among all.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="found">Gets what may be among the best, a list a query.</param>
    /// <param name="floors">Of each query, the score that rows must reach, as other threads found it.</param>
    public static void Run(RowSegment segment, int from, int rows, int first, QueryTiles queries, Shortlist[] found, float[] floors)
    {
        var block = Math.Max(IRowLanes.RowsAtATime, BytesOfBlock / queries.Columns / IRowLanes.RowsAtATime * IRowLanes.RowsAtATime);
        for (var start = from; start < rows; start += block) Fastest(segment, start, Math.Min(rows, start + block), queries, found, floors, first);
    }

    /// <summary>The same with the vectors of one's choice, for tests.</summary>
    public static void Through<TLanes>(RowSegment segment, int start, int rows, QueryTiles queries, Shortlist[] found, float[] floors, int first)
        where TLanes : struct, IRowLanes
    {
        var query = 0;
        for (; query + IRowLanes.QueriesAtATime <= queries.Count; query += IRowLanes.QueriesAtATime) Tile<TLanes>(segment, start, rows, queries, query, IRowLanes.QueriesAtATime, found, floors, first);
        for (; query < queries.Count; query++) Tile<TLanes>(segment, start, rows, queries, query, 1, found, floors, first);
    }

    // Not first slowly: a search of a second would be over before the quick code is there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Tile<TLanes>(RowSegment segment, int start, int rows, QueryTiles queries, int query, int count, Shortlist[] found, float[] floors, int first)
        where TLanes : struct, IRowLanes
    {
        var sums = stackalloc int[IRowLanes.RowsAtATime * IRowLanes.QueriesAtATime];
        var wanted = stackalloc float[IRowLanes.QueriesAtATime];
        for (var i = 0; i < count; i++) wanted[i] = Math.Max(found[query + i].Floor, Volatile.Read(ref floors[query + i]));
        fixed (short* codes = &queries.Codes[query * queries.Columns])
        fixed (float* scales = segment.Scales, errors = segment.Errors)
        {
            for (var row = start; row < rows; row += IRowLanes.RowsAtATime)
            {
                var coded = segment.Codes + ((nint)row * queries.Columns);
                if (count == 1) TLanes.One(coded, codes, queries.Columns, sums);
                else TLanes.Four(coded, codes, queries.Columns, sums);
                for (var i = 0; i < count; i++)
                {
                    var scores = Vector128.ConvertToSingle(Vector128.Load(sums + (i * IRowLanes.RowsAtATime))) * (Vector128.Load(scales + row) * queries.Scales[query + i]);
                    var errs = Vector128.Load(errors + row) + Vector128.Create(queries.Errors[query + i]);
                    if (!Vector128.GreaterThanOrEqualAny(scores + errs, Vector128.Create(wanted[i]))) continue;
                    Take(segment, row, Math.Min(IRowLanes.RowsAtATime, rows - row), scores, errs, queries, found[query + i], first);
                    wanted[i] = Math.Max(wanted[i], found[query + i].Floor);
                }
            }
        }

        for (var i = 0; i < count; i++)
            // Another thread's may be lost here: that costs it some rows more, and nothing else.
            if (found[query + i].Floor > Volatile.Read(ref floors[query + i])) Volatile.Write(ref floors[query + i], found[query + i].Floor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Take(RowSegment segment, int row, int count, Vector128<float> scores, Vector128<float> errors, QueryTiles queries, Shortlist found, int first)
    {
        for (var lane = 0; lane < count; lane++)
        {
            var owner = Volatile.Read(ref segment.Owners[row + lane]);
            if (owner < 0 || queries.Among >= Volatile.Read(ref segment.Until[row + lane]) || !queries.Allows(owner)) continue;
            found.Add(owner, first + row + lane, scores[lane] - errors[lane], scores[lane] + errors[lane]);
        }
    }
}
