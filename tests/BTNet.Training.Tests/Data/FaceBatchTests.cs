using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

/// <summary>What the bytes of a batch are.</summary>
public sealed class FaceBatchTests
{
    private const int FullBytes = 3 * 112 * 112;
    private static readonly AugmentationOptions None = new() { Flip = false };

    [Theory]
    [InlineData(ResampleKernel.Bilinear)]
    [InlineData(ResampleKernel.Area)]
    public void A_branch_sees_the_image_reduced_and_the_teacher_the_whole_one(ResampleKernel kernel)
    {
        using var batch = First(new MemorySource(6), new BranchView(Resolution.Of(14)), None with { Kernel = kernel });
        Assert.Equal((14, 6 * 3 * 14 * 14, 6 * FullBytes), (batch.ReducedSide, batch.Reduced!.Length, batch.Full.Length));
        for (var i = 0; i < 6; i++)
        {
            var image = TestFaces.Pattern(112, 112, batch.Items[i]);
            Assert.Equal(batch.Items[i] / 3, batch.Labels[i]);
            Assert.Equal(Planes(image), FullOf(batch, i));
            Assert.Equal(Planes(FaceResizer.Resize(image, 14, 14, kernel)), ReducedOf(batch, i));
        }
    }

    [Fact]
    public void An_image_of_another_size_is_reduced_from_its_own_pixels()
    {
        using var batch = First(new MemorySource(6, width: 40, height: 50), new BranchView(Resolution.Of(28)), None);
        for (var i = 0; i < 6; i++)
        {
            var image = TestFaces.Pattern(40, 50, batch.Items[i]);
            Assert.Equal(Planes(FaceResizer.Resize(image, 112, 112)), FullOf(batch, i));
            Assert.Equal(Planes(FaceResizer.Resize(image, 28, 28)), ReducedOf(batch, i));
        }
    }

    [Fact]
    public void The_trunk_sees_images_reduced_to_each_resolution_and_enlarged_again_as_often_as_weighted()
    {
        var view = new TrunkView([new(Resolution.Of(7), 1), new(Resolution.Of(14), 0), new(Resolution.Full, 3)]);
        using var loader = Loader(new MemorySource(40), view, None);
        var seen = new Dictionary<int, int> { [7] = 0, [14] = 0, [112] = 0 };
        for (var step = 0; step < 20; step++)
        {
            using var batch = loader.Next();
            Assert.Null(batch.Reduced);
            for (var i = 0; i < batch.Count; i++)
            {
                var image = TestFaces.Pattern(112, 112, batch.Items[i]);
                var side = seen.Keys.Single(side => Planes(FaceResizer.Resize(FaceResizer.Resize(image, side, side), 112, 112)).SequenceEqual(FullOf(batch, i)));
                seen[side]++;
            }
        }

        // 800 images, a quarter at 7: four standard deviations are 49.
        Assert.InRange(seen[7], 151, 249);
        Assert.Equal(0, seen[14]);
    }

    [Fact]
    public void Half_of_the_images_are_mirrored_and_the_branch_sees_the_same_half()
    {
        using var loader = Loader(new MemorySource(40), new BranchView(Resolution.Of(28)), new AugmentationOptions());
        var mirrored = 0;
        for (var step = 0; step < 10; step++)
        {
            using var batch = loader.Next();
            for (var i = 0; i < batch.Count; i++)
            {
                var image = TestFaces.Pattern(112, 112, batch.Items[i]);
                var isMirrored = Planes(image.Flipped()).SequenceEqual(FullOf(batch, i));
                if (isMirrored) mirrored++;
                Assert.Equal(Planes(isMirrored ? image.Flipped() : image), FullOf(batch, i));
                Assert.Equal(Planes(FaceResizer.Resize(isMirrored ? image.Flipped() : image, 28, 28)), ReducedOf(batch, i));
            }
        }

        // 400 images: four standard deviations are 40.
        Assert.InRange(mirrored, 160, 240);
    }

    [Fact]
    public void A_shift_moves_by_whole_pixels_within_its_bounds_and_repeats_the_edge()
    {
        using var loader = Loader(new MemorySource(40), new BranchView(Resolution.Of(56)), None with { ShiftPixels = 3 });
        var shifts = new HashSet<(int, int)>();
        for (var step = 0; step < 5; step++)
        {
            using var batch = loader.Next();
            for (var i = 0; i < batch.Count; i++)
            {
                var image = TestFaces.Pattern(112, 112, batch.Items[i]);
                var full = FullOf(batch, i);
                var shift = (from right in Enumerable.Range(-3, 7) from down in Enumerable.Range(-3, 7) select (right, down))
                    .First(shift => Planes(Shifted(image, shift.right, shift.down)).SequenceEqual(full));
                Assert.Equal(Planes(FaceResizer.Resize(Shifted(image, shift.right, shift.down), 56, 56)), ReducedOf(batch, i));
                shifts.Add(shift);
            }
        }

        Assert.Contains(shifts, shift => shift.Item1 == 3);
        Assert.Contains(shifts, shift => shift.Item1 == -3);
        Assert.Contains(shifts, shift => shift.Item2 == 3);
        Assert.Contains(shifts, shift => shift.Item2 == -3);
    }

    [Fact]
    public void Brightness_varies_by_a_factor_within_its_bounds()
    {
        var grey = new FaceImage(112, 112, [.. Enumerable.Repeat((byte)100, FullBytes)]);
        using var loader = Loader(new MemorySource(40, _ => grey), new BranchView(Resolution.Of(7)), None with { BrightnessJitter = 0.2 });
        var levels = new HashSet<byte>();
        for (var step = 0; step < 10; step++)
        {
            using var batch = loader.Next();
            for (var i = 0; i < batch.Count; i++)
            {
                Assert.Single(FullOf(batch, i).Distinct());
                Assert.Equal(FullOf(batch, i)[0], ReducedOf(batch, i)[0]);
                levels.Add(FullOf(batch, i)[0]);
            }
        }

        Assert.InRange(levels.Min(), 80, 84);
        Assert.InRange(levels.Max(), 116, 120);
    }

    [Fact]
    public void A_random_kernel_is_each_of_the_four()
    {
        ResampleKernel[] kernels = [ResampleKernel.Bilinear, ResampleKernel.Bicubic, ResampleKernel.Area, ResampleKernel.Nearest];
        using var loader = Loader(new MemorySource(40), new BranchView(Resolution.Of(7)), None with { RandomKernel = true });
        var seen = new HashSet<ResampleKernel>();
        for (var step = 0; step < 3; step++)
        {
            using var batch = loader.Next();
            for (var i = 0; i < batch.Count; i++)
            {
                var image = TestFaces.Pattern(112, 112, batch.Items[i]);
                seen.Add(kernels.First(kernel => Planes(FaceResizer.Resize(image, 7, 7, kernel)).SequenceEqual(ReducedOf(batch, i))));
            }
        }

        Assert.Equal(kernels.Order(), seen.Order());
    }

    [Fact]
    public void An_item_varies_between_epochs()
    {
        using var loader = Loader(new MemorySource(40), new BranchView(Resolution.Of(7)), None with { BrightnessJitter = 1 });
        var views = new HashSet<string>();
        for (var step = 0; step < 10; step++)
        {
            using var batch = loader.Next();
            Assert.Equal(step, batch.Epoch);
            views.Add(Convert.ToHexString(ReducedOf(batch, Array.IndexOf(batch.Items, 5))));
        }

        Assert.InRange(views.Count, 9, 10);
    }

    [Fact]
    public void The_bytes_of_a_batch_that_was_handed_back_are_out_of_reach()
    {
        var batch = First(new MemorySource(6), new BranchView(Resolution.Of(7)), None);
        batch.Dispose();
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.Full);
        Assert.Throws<ObjectDisposedException>(() => batch.Reduced);
    }

    private static FaceBatchLoader Loader(MemorySource source, FaceView view, AugmentationOptions augmentation) =>
        new(source, new FaceBatchLoaderOptions { View = view, Augmentation = augmentation, BatchSize = source.Count, Seed = 5, Workers = 2 });

    private static FaceBatch First(MemorySource source, FaceView view, AugmentationOptions augmentation)
    {
        using var loader = Loader(source, view, augmentation);
        return loader.Next();
    }

    private static byte[] FullOf(FaceBatch batch, int i) => batch.Full[(i * FullBytes)..((i + 1) * FullBytes)];

    private static byte[] ReducedOf(FaceBatch batch, int i)
    {
        var bytes = 3 * batch.ReducedSide * batch.ReducedSide;
        return batch.Reduced![(i * bytes)..((i + 1) * bytes)];
    }

    private static byte[] Planes(FaceImage image)
    {
        var pixels = image.Pixels.ToArray();
        return [.. Enumerable.Range(0, 3).SelectMany(channel => pixels.Where((_, i) => i % 3 == channel))];
    }

    private static FaceImage Shifted(FaceImage image, int right, int down)
    {
        var shifted = new byte[image.Pixels.Length];
        for (var y = 0; y < image.Height; y++)
        for (var x = 0; x < image.Width; x++)
        for (var c = 0; c < 3; c++)
        {
            var (fromX, fromY) = (Math.Clamp(x - right, 0, image.Width - 1), Math.Clamp(y - down, 0, image.Height - 1));
            shifted[(3 * ((y * image.Width) + x)) + c] = image.Pixels[(3 * ((fromY * image.Width) + fromX)) + c];
        }

        return new FaceImage(image.Width, image.Height, shifted);
    }
}
