using BTNet.Faces;
using BTNet.Training.Data;
using BTNet.Training.Randomness;

namespace BTNet.Training.Tests.Data;

public sealed class FaceReducerTests
{
    private static readonly FaceImage Face = TestFaces.Pattern(112, 112, 4);

    [Fact]
    public void Sides_are_drawn_from_the_smallest_to_the_branchs_evenly_in_their_logarithm()
    {
        var sides = Enumerable.Range(7, 8).ToDictionary(side => Convert.ToHexString(FaceResizer.Resize(FaceResizer.Resize(Face, side, side), 14, 14).Pixels));
        var reduce = new FaceReducer(new ReductionOptions { SmallestShare = 0.5 });
        var counts = new int[15];
        for (var seed = 0; seed < 2000; seed++) counts[sides[Convert.ToHexString(Reduce(reduce, seed).Pixels)]]++;

        // Both ends get half of what their neighbours' places do.
        for (var side = 7; side <= 14; side++)
        {
            var expected = 2000 * Math.Log(Math.Min(side + 0.5, 14) / Math.Max(side - 0.5, 7), 2);
            Assert.InRange(counts[side], expected - (4 * Math.Sqrt(expected)), expected + (4 * Math.Sqrt(expected)));
        }
    }

    [Fact]
    public void A_clean_face_is_reduced_and_nothing_else()
    {
        var reduce = new FaceReducer(new ReductionOptions { CleanShare = 0.25, SmallestShare = 0.5, AliasedShare = 1, BlurPixels = 1, CropShift = 0.1, NoiseLevels = 10, JpegShare = 1 });
        var clean = FaceResizer.Resize(Face, 14, 14).Pixels.ToArray();
        Assert.InRange(Enumerable.Range(0, 400).Count(seed => Reduce(reduce, seed).Pixels.SequenceEqual(clean)), 70, 130);
    }

    [Fact]
    public void Kernels_are_those_that_were_asked_for_each_in_turn()
    {
        Assert.Equal([ResampleKernel.Bilinear, ResampleKernel.Bicubic, ResampleKernel.Area], Seen(new ReductionOptions { SmoothKernels = true }));
        Assert.Equal([ResampleKernel.Nearest, ResampleKernel.BilinearUnfiltered], Seen(new ReductionOptions { SmoothKernels = true, AliasedShare = 1 }));
        Assert.Equal([ResampleKernel.Bilinear, ResampleKernel.Nearest, ResampleKernel.BilinearUnfiltered], Seen(new ReductionOptions { AliasedShare = 0.5 }));

        static IEnumerable<ResampleKernel> Seen(ReductionOptions options)
        {
            var reduce = new FaceReducer(options);
            var faces = Enumerable.Range(0, 50).Select(seed => Convert.ToHexString(Reduce(reduce, seed).Pixels)).ToHashSet();
            var kernels = Enum.GetValues<ResampleKernel>().Where(kernel => faces.Contains(Convert.ToHexString(FaceResizer.Resize(Face, 14, 14, kernel).Pixels))).ToList();
            Assert.Equal(kernels.Count, faces.Count);
            return kernels;
        }
    }

    [Fact]
    public void The_crop_moves_no_further_than_its_share_and_on_average_not_at_all()
    {
        var reduce = new FaceReducer(new ReductionOptions { CropShift = 0.1 });
        var dot = ViewPainterTests.Dot(56, 56);
        var places = Enumerable.Range(0, 300).Select(seed => ViewPainterTests.Centroid(Reduce(reduce, seed, dot)).X - 6.5).ToList();
        Assert.InRange(places.Min(), -1.45, -1.2);
        Assert.InRange(places.Max(), 1.2, 1.45);
        Assert.InRange(places.Average(), -0.15, 0.15);
    }

    [Fact]
    public void The_deviation_of_the_noise_is_drawn_evenly_up_to_the_stated()
    {
        var flat = new FaceImage(112, 112, [.. Enumerable.Repeat((byte)128, 3 * 112 * 112)]);
        var reduce = new FaceReducer(new ReductionOptions { NoiseLevels = 12 });
        var variances = Enumerable.Range(0, 400).Select(seed => Reduce(reduce, seed, flat).Pixels.ToArray().Average(level => (level - 128.0) * (level - 128.0))).ToList();
        // The mean square of what is even from 0 to 12, and what rounding adds.
        Assert.Equal(48 + (1 / 12.0), variances.Average(), 5.0);
        Assert.InRange(variances.Max(), 110, 200);
    }

    [Fact]
    public void A_picture_that_has_the_branchs_size_is_left_as_it_is()
    {
        var small = TestFaces.Pattern(14, 14, 4);
        var before = small.Pixels.ToArray();
        var noisy = Reduce(new FaceReducer(new ReductionOptions { NoiseLevels = 40, BrightnessJitter = 0.5, JpegShare = 1 }), seed: 1, small);
        Assert.Equal(before, small.Pixels.ToArray());
        Assert.NotEqual(before, noisy.Pixels.ToArray());
    }

    [Fact]
    public void A_branchs_smallest_face_may_be_one_pixel() =>
        Assert.Equal(7, new FaceReducer(new ReductionOptions { SmallestShare = 1e-9, BlurPixels = 4, CropShift = 0.5, CropScale = 0.5, NoiseLevels = 9, JpegShare = 1 })
            .Reduce(Face, 7, ResampleKernel.Bilinear, ResampleKernel.Bilinear, new SeededRandom(3)).Width);

    private static FaceImage Reduce(FaceReducer reducer, int seed, FaceImage? face = null) =>
        reducer.Reduce(face ?? Face, 14, ResampleKernel.Bilinear, ResampleKernel.Bilinear, new SeededRandom((ulong)seed));
}
