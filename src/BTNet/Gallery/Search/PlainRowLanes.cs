using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BTNet.Gallery.Search;

/// <summary>In .NET's vectors of 128 bits, 8 columns at a time: NEON on ARM, and whatever else there is.</summary>
internal readonly struct PlainRowLanes : IRowLanes
{
    private const int Step = 8;

    public static unsafe void One(sbyte* rows, short* query, nint columns, int* sums)
    {
        for (var row = 0; row < IRowLanes.RowsAtATime; row++) sums[row] = Sum(rows + (row * columns), query, columns);
    }

    public static unsafe void Four(sbyte* rows, short* queries, nint columns, int* sums)
    {
        for (var query = 0; query < IRowLanes.QueriesAtATime; query++) One(rows, queries + (query * columns), columns, sums + (query * IRowLanes.RowsAtATime));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe int Sum(sbyte* row, short* query, nint columns)
    {
        var sum = Vector128<int>.Zero;
        for (nint i = 0; i < columns; i += Step)
        {
            var (x, y) = (Vector128.WidenLower(Vector128.CreateScalar(*(long*)(row + i)).AsSByte()), Vector128.Load(query + i));
            sum += (Vector128.WidenLower(x) * Vector128.WidenLower(y)) + (Vector128.WidenUpper(x) * Vector128.WidenUpper(y));
        }

        return Vector128.Sum(sum);
    }
}
