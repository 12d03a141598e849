using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BTNet.Gallery.Search;

/// <summary>With AVX2: 16 columns at a time. Its 16 registers hold the sums of four rows with two queries.</summary>
internal readonly struct HalvedRowLanes : IRowLanes
{
    private const int Step = 16;

    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void One(sbyte* rows, short* query, nint columns, int* sums)
    {
        var (a, b, c, d) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        for (nint i = 0; i < columns; i += Step)
        {
            var y = Vector256.Load(query + i);
            a += Avx2.MultiplyAddAdjacent(Row(rows + i), y);
            b += Avx2.MultiplyAddAdjacent(Row(rows + columns + i), y);
            c += Avx2.MultiplyAddAdjacent(Row(rows + (2 * columns) + i), y);
            d += Avx2.MultiplyAddAdjacent(Row(rows + (3 * columns) + i), y);
        }

        Sums(a, b, c, d).Store(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Four(sbyte* rows, short* queries, nint columns, int* sums)
    {
        Two(rows, queries, columns, sums);
        Two(rows, queries + (2 * columns), columns, sums + 8);
    }

    /// <summary>The sum of each of four vectors, in one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Sums(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        var sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return sums.GetLower() + sums.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Two(sbyte* rows, short* queries, nint columns, int* sums)
    {
        var (a0, a1, a2, a3) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        var (b0, b1, b2, b3) = (a0, a0, a0, a0);
        for (nint i = 0; i < columns; i += Step)
        {
            var (x0, x1) = (Row(rows + i), Row(rows + columns + i));
            var (x2, x3) = (Row(rows + (2 * columns) + i), Row(rows + (3 * columns) + i));
            var y = Vector256.Load(queries + i);
            a0 += Avx2.MultiplyAddAdjacent(x0, y);
            a1 += Avx2.MultiplyAddAdjacent(x1, y);
            a2 += Avx2.MultiplyAddAdjacent(x2, y);
            a3 += Avx2.MultiplyAddAdjacent(x3, y);
            y = Vector256.Load(queries + columns + i);
            b0 += Avx2.MultiplyAddAdjacent(x0, y);
            b1 += Avx2.MultiplyAddAdjacent(x1, y);
            b2 += Avx2.MultiplyAddAdjacent(x2, y);
            b3 += Avx2.MultiplyAddAdjacent(x3, y);
        }

        Sums(a0, a1, a2, a3).Store(sums);
        Sums(b0, b1, b2, b3).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<short> Row(sbyte* row) => Avx2.ConvertToVector256Int16(Vector128.Load(row));
}
