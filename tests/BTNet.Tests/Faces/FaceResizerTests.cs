using BTNet.Faces;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BTNet.Tests.Faces;

public sealed class FaceResizerTests
{
    private static readonly ResampleKernel[] Kernels = Enum.GetValues<ResampleKernel>();

    public static TheoryData<string, string> ReferenceCases() =>
        [.. TestAssets.PillowResize.Value.Select(one => (one.Kernel, Title(one)))];

    [Theory]
    [MemberData(nameof(ReferenceCases))]
    public void Pixels_are_those_of_the_reference(string kernel, string title)
    {
        var one = TestAssets.PillowResize.Value.Single(each => each.Kernel == kernel && Title(each) == title);
        var source = SyntheticPixels.Blocky(one.Source[0], one.Source[1]);

        var resized = FaceResizer.Resize(source, one.Target[0], one.Target[1], Enum.Parse<ResampleKernel>(kernel));

        Assert.Equal((one.Target[0], one.Target[1]), (resized.Width, resized.Height));
        var difference = SyntheticPixels.GreatestDifference(TestAssets.Unpack(one.Pixels), resized.Pixels);
        // Pillow's integers are followed to the bit; PyTorch's single precision may round a half the other way.
        Assert.InRange(difference, 0, kernel == nameof(ResampleKernel.BilinearUnfiltered) ? 1 : 0);
    }

    [Fact]
    public void Every_kernel_has_a_reference() =>
        Assert.Equal(Kernels.Select(kernel => kernel.ToString()).Order(), TestAssets.PillowResize.Value.Select(one => one.Kernel).Distinct().Order());

    [Property(MaxTest = 200)]
    public Property A_flat_picture_stays_flat_at_any_size() =>
        Prop.ForAll(Sizes(), Gen.Elements(Kernels).ToArbitrary(), Gen.Choose(0, 255).ToArbitrary(), (size, kernel, level) =>
        {
            var flat = SyntheticPixels.Flat(size.FromWidth, size.FromHeight, (byte)level, (byte)(255 - level), 128);
            var resized = FaceResizer.Resize(flat, size.ToWidth, size.ToHeight, kernel);
            return resized.Pixels.SequenceEqual(SyntheticPixels.Flat(size.ToWidth, size.ToHeight, (byte)level, (byte)(255 - level), 128).Pixels);
        });

    [Property(MaxTest = 200)]
    public Property Mirroring_before_and_after_is_the_same() =>
        Prop.ForAll(Sizes(), Gen.Elements(Kernels.Except([ResampleKernel.Nearest, ResampleKernel.Area])).ToArbitrary(), (size, kernel) =>
        {
            // Nearest and area break ties to one side, so they are left out.
            var picture = SyntheticPixels.Blocky(size.FromWidth, size.FromHeight);
            var after = FaceResizer.Resize(picture, size.ToWidth, size.ToHeight, kernel).Flipped();
            var before = FaceResizer.Resize(picture.Flipped(), size.ToWidth, size.ToHeight, kernel);
            return SyntheticPixels.GreatestDifference(before.Pixels, after.Pixels) <= 1;
        });

    [Fact]
    public void A_picture_of_the_wanted_size_is_returned_as_it_is()
    {
        var picture = SyntheticPixels.Blocky(28, 28);
        Assert.All(Kernels, kernel => Assert.Same(picture, FaceResizer.Resize(picture, 28, 28, kernel)));
    }

    [Fact]
    public void Antialiasing_tells_the_kernels_apart()
    {
        // Columns of black and white by turns: an average is grey, a single pixel or an unlucky pair is not.
        var stripes = SyntheticPixels.Make(112, 112, (x, _, _) => x % 8 == 3 || x % 8 == 4 ? 255 : 0);
        Assert.InRange(FaceResizer.Resize(stripes, 14, 14).Pixels[0], 60, 140);
        Assert.InRange(FaceResizer.Resize(stripes, 14, 14, ResampleKernel.Area).Pixels[0], 63, 65);
        Assert.Equal(255, FaceResizer.Resize(stripes, 14, 14, ResampleKernel.BilinearUnfiltered).Pixels[0]);
        Assert.Equal(255, FaceResizer.Resize(stripes, 14, 14, ResampleKernel.Nearest).Pixels[0]);
    }

    [Fact]
    public void Many_threads_and_many_sizes_give_what_one_thread_gives()
    {
        // More sizes than the cache of weights holds, so that it is emptied while others read from it.
        var picture = SyntheticPixels.Blocky(40, 30);
        var expected = Enumerable.Range(1, 400).Select(side => FaceResizer.Resize(picture, side, 20).Pixels.ToArray()).ToArray();
        Parallel.For(0, 1600, i => Assert.True(FaceResizer.Resize(picture, 1 + (i % 400), 20).Pixels.SequenceEqual(expected[i % 400])));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    [InlineData(10_000, 10_000)]
    public void A_size_that_cannot_be_is_a_programming_mistake(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceResizer.Resize(SyntheticPixels.Blocky(8, 8), width, height));

    [Fact]
    public void An_unknown_kernel_is_a_programming_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceResizer.Resize(SyntheticPixels.Blocky(8, 8), 4, 4, (ResampleKernel)99));

    private static string Title(TestAssets.ResizeCase one) =>
        $"{one.Source[0]}x{one.Source[1]} to {one.Target[0]}x{one.Target[1]}";

    private static Arbitrary<(int FromWidth, int FromHeight, int ToWidth, int ToHeight)> Sizes()
    {
        var side = Gen.Choose(1, 130);
        return side.Four().Select(sides => (sides.Item1, sides.Item2, sides.Item3, sides.Item4)).ToArbitrary();
    }
}
