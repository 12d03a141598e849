using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class FaceViewsTests
{
    private const int FullBytes = 3 * 112 * 112;
    private static readonly AugmentationOptions Varied = new() { ShiftPixels = 6, BrightnessJitter = 0.4 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_view_is_shown_once_before_any_is_shown_again(int count)
    {
        var views = new FaceViews(Varied with { Views = count }, seed: 3);
        for (var item = 0; item < 20; item++)
        {
            for (var round = 0; round < 4; round++)
                Assert.Equal(Enumerable.Range(0, count), Enumerable.Range(round * count, count).Select(epoch => views.NumberOf(epoch, item)).Order());
        }

        Assert.Equal(count, views.Count);
    }

    [Fact]
    public void The_order_of_the_views_differs_from_item_to_item_from_round_to_round_and_by_seed()
    {
        var views = new FaceViews(Varied with { Views = 6 }, seed: 3);
        var other = new FaceViews(Varied with { Views = 6 }, seed: 4);
        int[] Round(FaceViews of, int item, int round) => [.. Enumerable.Range(6 * round, 6).Select(epoch => of.NumberOf(epoch, item))];

        Assert.NotEqual(Round(views, 0, 0), Round(views, 1, 0));
        Assert.NotEqual(Round(views, 0, 0), Round(views, 0, 1));
        Assert.NotEqual(Round(views, 0, 0), Round(other, 0, 0));
    }

    [Fact]
    public void Without_fixed_views_there_is_an_end_of_them_only_where_nothing_but_the_flip_varies()
    {
        var flip = new AugmentationOptions();
        Assert.Equal(2, new FaceViews(flip, 1).Count);
        // How a picture is reduced is none of its views.
        Assert.Equal(2, new FaceViews(flip with { RandomKernel = true }, 1).Count);
        Assert.Equal(1, new FaceViews(flip with { Flip = false }, 1).Count);
        Assert.Null(new FaceViews(flip with { ShiftPixels = 1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { BrightnessJitter = 0.1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { RotationDegrees = 1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { ScaleJitter = 0.1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { BendPixels = 1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { ContrastJitter = 0.1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { SaturationJitter = 0.1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { ChannelJitter = 0.1 }, 1).Count);
        Assert.Null(new FaceViews(flip with { GreyShare = 0.1 }, 1).Count);
        Assert.Equal(2, new FaceViews(flip with { Reduction = new ReductionOptions { NoiseLevels = 9, CropShift = 0.1 } }, 1).Count);
        Assert.Throws<InvalidOperationException>(() => new FaceViews(Varied, 1).NumberOf(0, 0));
    }

    [Fact]
    public void A_view_comes_again_only_in_more_epochs_than_there_are_views()
    {
        Assert.False(new FaceViews(Varied, 1).Repeat(100));
        Assert.False(new FaceViews(Varied with { Views = 3 }, 1).Repeat(3));
        Assert.True(new FaceViews(Varied with { Views = 3 }, 1).Repeat(4));
        Assert.False(new FaceViews(new AugmentationOptions(), 1).Repeat(1));
        Assert.True(new FaceViews(new AugmentationOptions(), 1).Repeat(2));
    }

    public static TheoryData<AugmentationOptions> EndingViews =>
    [
        Varied with { Views = 3 }, new AugmentationOptions(), new AugmentationOptions { RandomKernel = true },
        Varied with { Views = 3, RotationDegrees = 9, ScaleJitter = 0.1, BendPixels = 3, GreyShare = 0.3, Reduction = new ReductionOptions { NoiseLevels = 9, CropShift = 0.1 } }
    ];

    [Theory]
    [MemberData(nameof(EndingViews))]
    public void The_teacher_sees_the_same_bytes_wherever_a_batch_names_the_same_view(AugmentationOptions augmentation)
    {
        Dictionary<(int, int), byte[]> seen = [];
        using var loader = Loader(augmentation, new BranchView(Resolution.Of(14)));
        for (var epoch = 0; epoch < 8; epoch++)
        {
            using var batch = loader.Next();
            for (var i = 0; i < batch.Count; i++)
            {
                var full = batch.Full.AsSpan(i * FullBytes, FullBytes).ToArray();
                if (seen.TryAdd((batch.Items[i], batch.Views[i]), full)) continue;
                Assert.Equal(seen[(batch.Items[i], batch.Views[i])], full);
            }
        }

        Assert.Equal(12 * new FaceViews(augmentation, 5).Count, seen.Count);
        var item0 = seen.Where(entry => entry.Key.Item1 == 0).Select(entry => Convert.ToHexString(entry.Value));
        Assert.Equal(item0.Count(), item0.Distinct().Count());
    }

    [Fact]
    public void The_kernel_is_drawn_anew_for_a_view_that_comes_again()
    {
        using var loader = Loader(new AugmentationOptions { Flip = false, RandomKernel = true, Views = 1 }, new BranchView(Resolution.Of(14)));
        HashSet<string> reduced = [];
        for (var epoch = 0; epoch < 8; epoch++)
        {
            using var batch = loader.Next();
            reduced.Add(Convert.ToHexString(batch.Reduced.AsSpan(Array.IndexOf(batch.Items, 0) * 3 * 14 * 14, 3 * 14 * 14)));
        }

        Assert.InRange(reduced.Count, 2, 4);
    }

    [Fact]
    public void A_trunk_sees_fixed_views_at_resolutions_drawn_anew()
    {
        using var loader = Loader(new AugmentationOptions { Flip = false, Views = 1 }, TrunkView.Even);
        HashSet<string> seen = [];
        for (var epoch = 0; epoch < 20; epoch++)
        {
            using var batch = loader.Next();
            seen.Add(Convert.ToHexString(batch.Full.AsSpan(Array.IndexOf(batch.Items, 0) * FullBytes, FullBytes)));
        }

        // At random five resolutions, all seen in 20 epochs but for one chance in twenty.
        Assert.InRange(seen.Count, 3, 5);
    }

    [Fact]
    public void A_known_view_is_left_out_at_full_size_and_the_branch_sees_what_it_saw()
    {
        var known = new EveryOtherItem();
        using var whole = Loader(Varied with { Views = 2 }, new BranchView(Resolution.Of(14)));
        using var spared = Loader(Varied with { Views = 2 }, new BranchView(Resolution.Of(14)), known);
        using var expected = whole.Next();
        using var batch = spared.Next();

        Assert.Equal(expected.Items, batch.Items);
        Assert.Equal(expected.Reduced, batch.Reduced);
        for (var i = 0; i < batch.Count; i++)
        {
            var bytes = known.Knows(0, batch.Items[i], 0) ? new byte[FullBytes] : expected.Full.AsSpan(i * FullBytes, FullBytes).ToArray();
            Assert.Equal(bytes, batch.Full.AsSpan(i * FullBytes, FullBytes).ToArray());
        }
    }

    [Fact]
    public void A_number_of_views_out_of_range_is_a_fault()
    {
        Assert.Contains("Views is -1", Assert.Single((Varied with { Views = -1 }).Faults()));
        Assert.Contains("Views is 1001", Assert.Single((Varied with { Views = 1001 }).Faults()));
        Assert.Empty((Varied with { Views = 1000 }).Faults());
    }

    [Fact]
    public void The_key_of_fixed_views_tells_whatever_the_teacher_could_see_and_nothing_else()
    {
        var options = Varied with { Views = 3 };
        var key = new FaceViews(options, 1).Key;

        foreach (var same in new[] { options with { RandomKernel = true }, options with { Reduction = new ReductionOptions { NoiseLevels = 9 } }, options with { ViewSeed = 1 } })
            Assert.Equal(key, new FaceViews(same, 1).Key);
        Assert.Equal(key, new FaceViews(options with { ViewSeed = 1 }, 2).Key);
        foreach (var other in new[] { options with { Flip = false }, options with { ShiftPixels = 5 }, options with { Views = 4 }, options with { GreyShare = 0.5 }, options with { Kernel = ResampleKernel.Area }, options with { ViewSeed = 2 } })
            Assert.NotEqual(key, new FaceViews(other, 1).Key);
        Assert.NotEqual(key, new FaceViews(options, 2).Key);
    }

    private static FaceBatchLoader Loader(AugmentationOptions augmentation, FaceView view, IKnownViews? known = null) =>
        new(new MemorySource(12), new FaceBatchLoaderOptions { View = view, Augmentation = augmentation, BatchSize = 12, Seed = 5, Workers = 2, Known = known });

    private sealed class EveryOtherItem : IKnownViews
    {
        public bool Knows(long step, int item, int view) => item % 2 == 0;
    }
}
