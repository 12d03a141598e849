using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BTNet.Gallery.Search;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BTNet.Tests.Gallery.Search;

public sealed unsafe class RowCodeTests
{
    [Property(MaxTest = 300)]
    public Property The_product_of_integers_is_as_near_to_that_of_single_precision_as_is_said() => Prop.ForAll(
        Gen.Choose(1, 1500).SelectMany(dimensions => Gen.Choose(0, int.MaxValue - 1).Select(seed => (dimensions, seed))).ToArbitrary(), drawn =>
        {
            var (x, y) = Rows(drawn.dimensions, drawn.seed);
            var columns = (drawn.dimensions + 31) / 32 * 32;
            var (codes, query) = (new sbyte[columns], new QueryCode(y, columns));
            var row = RowCode.Write(x, codes.AsSpan(0, drawn.dimensions));
            var sum = 0L;
            for (var i = 0; i < drawn.dimensions; i++) sum += codes[i] * query.Codes[i];

            Assert.InRange(sum, int.MinValue, int.MaxValue);
            var difference = Math.Abs(TensorPrimitives.Dot<float>(x, y) - (sum * (row.Scale * query.Scale)));
            Assert.True(difference <= row.Error + query.Error, $"{difference} is beyond {row.Error} and {query.Error}");
        });

    [Fact]
    public void The_bound_of_512_numbers_is_about_a_hundredth()
    {
        var (x, y) = Rows(512, 1);
        Assert.InRange(RowCode.Write(x, new sbyte[512]).Error, 0.002f, 0.015f);
        Assert.InRange(new QueryCode(y, 512).Error, 1e-5f, 2e-4f);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(128)]
    [InlineData(512)]
    [InlineData(1024)]
    public void All_vectors_of_all_processors_give_the_same_sums(int columns)
    {
        var random = new Random(columns);
        var (rows, queries) = (new sbyte[4 * columns], new short[4 * columns]);
        random.NextBytes(MemoryMarshal.AsBytes(rows.AsSpan()));
        random.NextBytes(MemoryMarshal.AsBytes(queries.AsSpan()));
        // As far as sums may go.
        var greatest = int.MaxValue / (128L * columns);
        for (var i = 0; i < queries.Length; i++) queries[i] = (short)Math.Clamp(queries[i], -greatest, greatest);
        var expected = Enumerable.Range(0, 16).Select(i => Enumerable.Range(0, columns).Sum(column => rows[(i % 4 * columns) + column] * queries[(i / 4 * columns) + column])).ToArray();

        Check<PlainRowLanes>();
        if (HalvedRowLanes.IsSupported) Check<HalvedRowLanes>();
        if (WideRowLanes.IsSupported) Check<WideRowLanes>();

        void Check<TLanes>()
            where TLanes : struct, IRowLanes
        {
            var (four, one) = (new int[16], new int[4]);
            fixed (sbyte* x = rows)
            fixed (short* y = queries)
            fixed (int* sums = four, first = one)
            {
                TLanes.Four(x, y, columns, sums);
                TLanes.One(x, y + columns, columns, first);
            }

            Assert.Equal(expected, four);
            Assert.Equal(expected[4..8], one);
        }
    }

    private static (float[] X, float[] Y) Rows(int dimensions, int seed)
    {
        var random = new Random(seed);
        var spread = random.NextDouble() < 0.3;
        float[] Row()
        {
            float[] drawn = [.. Enumerable.Range(0, dimensions).Select(_ => (float)(spread ? Math.Pow(random.NextDouble() - 0.5, 9) : random.NextDouble() - 0.5))];
            SearchRows.Unit(drawn, drawn);
            return drawn;
        }

        return (Row(), Row());
    }
}
