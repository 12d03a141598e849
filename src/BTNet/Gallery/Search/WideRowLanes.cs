using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BTNet.Gallery.Search;

/// <summary>With AVX-512: 32 columns at a time. A row's bytes become 16-bit integers on the way from memory, and pairs of products are added up in 32 bits.</summary>
internal readonly struct WideRowLanes : IRowLanes
{
    private const int Step = 32;

    public static bool IsSupported => Avx512BW.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void One(sbyte* rows, short* query, nint columns, int* sums)
    {
        var (a, b, c, d) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
        for (nint i = 0; i < columns; i += Step)
        {
            var y = Vector512.Load(query + i);
            a += Products(rows + i, y);
            b += Products(rows + columns + i, y);
            c += Products(rows + (2 * columns) + i, y);
            d += Products(rows + (3 * columns) + i, y);
        }

        Sums(a, b, c, d).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Four(sbyte* rows, short* queries, nint columns, int* sums)
    {
        var (a0, a1, a2, a3) = (Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero, Vector512<int>.Zero);
        var (b0, b1, b2, b3) = (a0, a0, a0, a0);
        var (c0, c1, c2, c3) = (a0, a0, a0, a0);
        var (d0, d1, d2, d3) = (a0, a0, a0, a0);
        for (nint i = 0; i < columns; i += Step)
        {
            var (x0, x1) = (Row(rows + i), Row(rows + columns + i));
            var (x2, x3) = (Row(rows + (2 * columns) + i), Row(rows + (3 * columns) + i));
            var y = Vector512.Load(queries + i);
            a0 += Avx512BW.MultiplyAddAdjacent(x0, y);
            a1 += Avx512BW.MultiplyAddAdjacent(x1, y);
            a2 += Avx512BW.MultiplyAddAdjacent(x2, y);
            a3 += Avx512BW.MultiplyAddAdjacent(x3, y);
            y = Vector512.Load(queries + columns + i);
            b0 += Avx512BW.MultiplyAddAdjacent(x0, y);
            b1 += Avx512BW.MultiplyAddAdjacent(x1, y);
            b2 += Avx512BW.MultiplyAddAdjacent(x2, y);
            b3 += Avx512BW.MultiplyAddAdjacent(x3, y);
            y = Vector512.Load(queries + (2 * columns) + i);
            c0 += Avx512BW.MultiplyAddAdjacent(x0, y);
            c1 += Avx512BW.MultiplyAddAdjacent(x1, y);
            c2 += Avx512BW.MultiplyAddAdjacent(x2, y);
            c3 += Avx512BW.MultiplyAddAdjacent(x3, y);
            y = Vector512.Load(queries + (3 * columns) + i);
            d0 += Avx512BW.MultiplyAddAdjacent(x0, y);
            d1 += Avx512BW.MultiplyAddAdjacent(x1, y);
            d2 += Avx512BW.MultiplyAddAdjacent(x2, y);
            d3 += Avx512BW.MultiplyAddAdjacent(x3, y);
        }

        Sums(a0, a1, a2, a3).Store(sums);
        Sums(b0, b1, b2, b3).Store(sums + 4);
        Sums(c0, c1, c2, c3).Store(sums + 8);
        Sums(d0, d1, d2, d3).Store(sums + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<short> Row(sbyte* row) => Avx512BW.ConvertToVector512Int16(Vector256.Load(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<int> Products(sbyte* row, Vector512<short> query) => Avx512BW.MultiplyAddAdjacent(Row(row), query);

    /// <summary>The sum of each of four vectors, in one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sums(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        HalvedRowLanes.Sums(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper(), c.GetLower() + c.GetUpper(), d.GetLower() + d.GetUpper());
}
