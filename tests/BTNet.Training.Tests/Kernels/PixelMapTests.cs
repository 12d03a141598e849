using BTNet.Training.Kernels;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Kernels;

public sealed class PixelMapTests
{
    /// <summary>Sides that are whole blocks of the pass and such that are not, one picture and more than there are threads.</summary>
    public static TheoryData<MapLayout, MapPrecision, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<MapLayout, MapPrecision, int, int>();
            foreach (var layout in Enum.GetValues<MapLayout>())
            foreach (var precision in Enum.GetValues<MapPrecision>())
            foreach (var (count, side) in ((int, int)[])[(0, 14), (1, 2), (3, 7), (2, 14), (5, 28), (1, 112), (9, 112)])
                cases.Add(layout, precision, count, side);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_numbers_are_those_of_torchs_operators_bit_for_bit(MapLayout layout, MapPrecision precision, int count, int side)
    {
        using var scope = NewDisposeScope();
        var pixels = Pixels(count * 3 * side * side);
        var form = new MapForm(layout, precision);
        var expected = form.Of(tensor(pixels, ScalarType.Byte).reshape(count, 3, side, side).to(ScalarType.Float32).div(127.5).sub(1));

        // What lies behind the last picture is not read.
        var map = PixelMap.Of([.. pixels, 1, 2, 3], count, side, form);

        Assert.Equal(expected.shape, map.shape);
        // Torch says nothing of the strides of an empty tensor.
        if (count > 0) Assert.Equal(expected.stride(), map.stride());
        Assert.True(SmallNetworks.AreEqual(expected, map));
    }

    [Fact]
    public void Every_level_has_its_number_whatever_the_number_of_threads()
    {
        using var scope = NewDisposeScope();
        var threads = get_num_threads();
        var pixels = Pixels(8 * 3 * 112 * 112);
        var alone = PixelMap.Of(pixels, 8, 112, MapForm.Default);
        set_num_threads(3);
        try
        {
            Assert.True(SmallNetworks.AreEqual(alone, PixelMap.Of(pixels, 8, 112, MapForm.Default)));
        }
        finally
        {
            set_num_threads(threads);
        }

        var levels = FaceTensor.FromPlanar([.. Enumerable.Range(0, 192).Select(level => (byte)level)], 1, 8).contiguous().data<float>().ToArray();
        Assert.Equal(Enumerable.Range(0, 192).Select(level => (level / 127.5f) - 1), levels);
    }

    [Fact]
    public void Too_few_bytes_are_refused() => Assert.Throws<ArgumentException>(() => PixelMap.Of(new byte[587], 4, 7, MapForm.Default));

    private static byte[] Pixels(int count) => [.. Enumerable.Range(0, count).Select(at => (byte)(at + (at / 251)))];
}
