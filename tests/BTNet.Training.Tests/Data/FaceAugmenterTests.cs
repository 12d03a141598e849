using System.Security.Cryptography;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class FaceAugmenterTests
{
    private const int FullBytes = 3 * 112 * 112;
    private static readonly BranchView Fourteen = new(Resolution.Of(14));
    private static readonly AugmentationOptions Older = new() { ShiftPixels = 6, BrightnessJitter = 0.3, RandomKernel = true };
    private static readonly AugmentationOptions Everything = Older with
    {
        SubpixelShift = true, RotationDegrees = 10, ScaleJitter = 0.1, BendPixels = 4, ContrastJitter = 0.3, SaturationJitter = 0.3, ChannelJitter = 0.1, GreyShare = 0.2,
        Reduction = new ReductionOptions
        {
            CleanShare = 0.2, SmoothKernels = true, AliasedShare = 0.3, SmallestShare = 0.5, BlurPixels = 1, CropShift = 0.05, CropScale = 0.1,
            BrightnessJitter = 0.2, NoiseLevels = 10, JpegShare = 0.5
        }
    };

    public static TheoryData<FaceView, AugmentationOptions, string> Recorded => new()
    {
        { Fourteen, new AugmentationOptions(), "7D56FDBF9ED90ACD" },
        { Fourteen, Older, "CE1257A35A148B99" },
        { new BranchView(Resolution.Of(7)), Older with { Views = 3 }, "909966B9A20787A4" },
        { TrunkView.Even, Older with { Views = 3 }, "13D52AA568AFB412" }
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Flip_shift_brightness_and_kernel_give_the_bytes_that_they_gave_before_there_was_more(FaceView view, AugmentationOptions options, string expected)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var loader = new FaceBatchLoader(new MemorySource(12, Checkered), new FaceBatchLoaderOptions { View = view, Augmentation = options, BatchSize = 12, Seed = 5, Workers = 2 });
        for (var step = 0; step < 6; step++)
        {
            using var batch = loader.Next();
            hash.AppendData(batch.Full);
            hash.AppendData(batch.Reduced ?? []);
        }

        Assert.Equal(expected, Convert.ToHexString(hash.GetHashAndReset())[..16]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void The_bytes_do_not_depend_on_the_number_of_workers(int views)
    {
        var options = Everything with { Views = views };
        var expected = Batches(options, workers: 1);
        Assert.Equal(expected, Batches(options, workers: 4));
        Assert.Equal(6, expected.Distinct().Count());
    }

    [Fact]
    public void The_teachers_picture_of_a_view_is_the_same_at_each_epoch_and_the_branchs_is_not()
    {
        var augmenter = new FaceAugmenter(Everything with { Views = 2 }, Fourteen, seed: 3);
        HashSet<string> full = [], reduced = [];
        for (var epoch = 0; epoch < 12; epoch++)
        {
            var (teachers, branchs) = Write(augmenter, epoch, item: 1);
            full.Add(Convert.ToHexString(teachers));
            reduced.Add(Convert.ToHexString(branchs));
        }

        Assert.Equal(2, full.Count);
        // A clean face of either view may come more than once.
        Assert.InRange(reduced.Count, 6, 12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void How_a_face_is_reduced_does_not_change_what_the_teacher_sees(int views)
    {
        var with = new FaceAugmenter(Everything with { Views = views }, Fourteen, seed: 3);
        var without = new FaceAugmenter(Everything with { Views = views, Reduction = new ReductionOptions() }, Fourteen, seed: 3);
        for (var epoch = 0; epoch < 4; epoch++) Assert.Equal(Write(without, epoch, 2).Full, Write(with, epoch, 2).Full);
    }

    [Fact]
    public void How_the_view_is_made_does_not_change_what_is_drawn_for_the_reduction()
    {
        var plain = new FaceAugmenter(new AugmentationOptions { Flip = false, Reduction = Everything.Reduction }, Fourteen, seed: 3);
        // So small a change of contrast rounds to none.
        var repainted = new FaceAugmenter(new AugmentationOptions { Flip = false, ContrastJitter = 1e-9, Reduction = Everything.Reduction }, Fourteen, seed: 3);
        for (var epoch = 0; epoch < 8; epoch++) Assert.Equal(Write(plain, epoch, 2).Reduced, Write(repainted, epoch, 2).Reduced);
    }

    [Fact]
    public void A_resampled_view_that_is_moved_by_whole_pixels_alone_is_the_one_that_is_copied()
    {
        var copied = new FaceAugmenter(new AugmentationOptions { ShiftPixels = 9 }, Fourteen, seed: 8);
        var resampled = new FaceAugmenter(new AugmentationOptions { ShiftPixels = 9, GreyShare = double.Epsilon }, Fourteen, seed: 8);
        for (var item = 0; item < 8; item++)
        {
            var expected = Write(copied, epoch: 1, item, TestFaces.Pattern(112, 112, item));
            var (full, reduced) = Write(resampled, epoch: 1, item, TestFaces.Pattern(112, 112, item));
            Assert.Equal(expected.Full, full);
            Assert.Equal(expected.Reduced, reduced);
        }
    }

    [Fact]
    public void A_share_of_views_is_grey()
    {
        var augmenter = new FaceAugmenter(new AugmentationOptions { GreyShare = 0.3 }, Fourteen, seed: 8);
        var grey = Enumerable.Range(0, 400).Count(epoch =>
        {
            var full = Write(augmenter, epoch, 0).Full.AsSpan();
            return full[..(FullBytes / 3)].SequenceEqual(full.Slice(FullBytes / 3, FullBytes / 3));
        });
        Assert.InRange(grey, 90, 150);
    }

    [Fact]
    public void Over_many_views_the_mean_picture_stays()
    {
        var flat = new FaceImage(112, 112, [.. Enumerable.Repeat((byte)120, FullBytes)]);
        var varied = new FaceAugmenter(Everything with { Reduction = Everything.Reduction with { JpegShare = 0 } }, Fourteen, seed: 8);
        var (full, reduced) = (0.0, 0.0);
        for (var epoch = 0; epoch < 400; epoch++)
        {
            var faces = Write(varied, epoch, 0, flat);
            full += faces.Full.Average(level => (double)level) / 400;
            reduced += faces.Reduced.Average(level => (double)level) / 400;
        }

        // Gains of up to 1.3 times 1.2 move the mean of one by 25 levels, and that of 400 by little more than one.
        Assert.InRange(full, 115, 125);
        Assert.InRange(reduced, 115, 125);
    }

    [Fact]
    public void Every_option_out_of_range_is_a_fault_of_its_own()
    {
        AugmentationOptions wrong = new()
        {
            RotationDegrees = 46, ScaleJitter = 0.6, BendPixels = 9.5, ContrastJitter = -1, SaturationJitter = double.NaN, ChannelJitter = 2, GreyShare = -0.1,
            Reduction = new ReductionOptions
            {
                CleanShare = 2, AliasedShare = -1, SmallestShare = 0, BlurPixels = 5, CropShift = 0.6, CropScale = -0.1, BrightnessJitter = double.NaN, NoiseLevels = 200,
                JpegShare = 1.1, JpegLowest = 0, JpegHighest = 101
            }
        };
        Assert.Equal(
            ["RotationDegrees", "ScaleJitter", "BendPixels", "ContrastJitter", "SaturationJitter", "ChannelJitter", "GreyShare", "Reduction.CleanShare", "Reduction.AliasedShare",
                "Reduction.SmallestShare", "Reduction.BlurPixels", "Reduction.CropShift", "Reduction.CropScale", "Reduction.BrightnessJitter", "Reduction.NoiseLevels",
                "Reduction.JpegShare", "Reduction.JpegLowest", "Reduction.JpegHighest"],
            wrong.Faults().Select(fault => fault.Split(' ')[0]));
        Assert.Contains("JpegHighest is 20", Assert.Single(new ReductionOptions { JpegHighest = 20 }.Faults()));
        Assert.Empty(Everything.Faults());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_view_by_its_number_is_what_the_batches_show_the_teacher_under_that_number(bool everything)
    {
        var options = (everything ? Everything : Older) with { Views = 3 };
        var (faces, full) = (new MemorySource(12, Checkered), new byte[FullBytes]);
        var augmenter = new FaceAugmenter(options, Fourteen, seed: 5);
        HashSet<(int, int)> seen = [];
        using var loader = new FaceBatchLoader(faces, new FaceBatchLoaderOptions { View = Fourteen, Augmentation = options, BatchSize = 12, Seed = 5, Workers = 2 });
        for (var epoch = 0; epoch < 3; epoch++)
        {
            using var batch = loader.Next();
            for (var row = 0; row < batch.Count; row++)
            {
                augmenter.WriteView(faces.Load(batch.Items[row]), batch.Views[row], batch.Items[row], full);
                Assert.Equal(batch.Full.AsSpan(row * FullBytes, FullBytes).ToArray(), full);
                seen.Add((batch.Items[row], batch.Views[row]));
            }
        }

        Assert.Equal(36, seen.Count);
    }

    [Fact]
    public void Runs_of_other_seeds_and_one_of_views_show_the_teacher_the_same_views_and_reduce_them_otherwise()
    {
        var options = Everything with { Views = 2, ViewSeed = 9 };
        var (one, other) = (new FaceAugmenter(options, Fourteen, seed: 3), new FaceAugmenter(options, Fourteen, seed: 4));
        Dictionary<int, byte[]> ByNumber(FaceAugmenter augmenter) => Enumerable.Range(0, 2).ToDictionary(epoch => augmenter.Views.NumberOf(epoch, 1), epoch => Write(augmenter, epoch, 1).Full);

        Assert.Equal(ByNumber(one).OrderBy(view => view.Key).Select(view => view.Value), ByNumber(other).OrderBy(view => view.Key).Select(view => view.Value));
        Assert.Equal(one.Views.Key, other.Views.Key);
        Assert.NotEqual(Enumerable.Range(0, 12).Select(epoch => Convert.ToHexString(Write(one, epoch, 1).Reduced)), Enumerable.Range(0, 12).Select(epoch => Convert.ToHexString(Write(other, epoch, 1).Reduced)));
        // Without a seed of their own, views are the run's.
        Assert.NotEqual(ByNumber(new FaceAugmenter(options with { ViewSeed = null }, Fourteen, seed: 3))[0], ByNumber(one)[0]);
        Assert.Equal(ByNumber(new FaceAugmenter(options with { ViewSeed = null }, Fourteen, seed: 9))[0], ByNumber(one)[0]);
    }

    private static (byte[] Full, byte[] Reduced) Write(FaceAugmenter augmenter, int epoch, int item, FaceImage? image = null)
    {
        var (full, reduced) = (new byte[FullBytes], new byte[3 * 14 * 14]);
        augmenter.Write(image ?? TestFaces.Pattern(112, 112, 3), epoch, item, full, reduced);
        return (full, reduced);
    }

    private static string[] Batches(AugmentationOptions options, int workers)
    {
        using var loader = new FaceBatchLoader(
            new MemorySource(12, Checkered), new FaceBatchLoaderOptions { View = Fourteen, Augmentation = options, BatchSize = 12, Seed = 5, Workers = workers });
        return [.. Enumerable.Range(0, 6).Select(_ =>
        {
            using var batch = loader.Next();
            return Convert.ToHexString(SHA256.HashData([.. batch.Full, .. batch.Reduced!]));
        })];
    }

    /// <summary>Made of whole numbers, so that it is the same on every machine; not all of them of 112 x 112.</summary>
    private static FaceImage Checkered(int item)
    {
        var side = item % 4 == 0 ? 90 : 112;
        var pixels = new byte[3 * side * side];
        for (var at = 0; at < pixels.Length; at++) pixels[at] = (byte)((((at / 3 % side) * (item + 3)) ^ ((at / 3 / side) * 5)) + (at % 3 * 40));
        return new FaceImage(side, side, pixels);
    }
}
