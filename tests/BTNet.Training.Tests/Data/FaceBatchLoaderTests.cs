using System.Security.Cryptography;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class FaceBatchLoaderTests
{
    private static readonly FaceBatchLoaderOptions Varied = new()
    {
        View = new BranchView(Resolution.Of(14)),
        BatchSize = 8,
        Seed = 11,
        Augmentation = new AugmentationOptions { ShiftPixels = 4, RandomKernel = true, BrightnessJitter = 0.2 },
    };

    [Fact]
    public void The_bytes_do_not_depend_on_workers_prefetch_or_cache()
    {
        var expected = Digests(Varied with { Workers = 1, PrefetchBatches = 1, CacheBytes = 0 }, 0, 16);
        Assert.Equal(expected, Digests(Varied with { Workers = 4 }, 0, 16));
        Assert.Equal(expected, Digests(Varied with { Workers = 3, PrefetchBatches = 7, CacheBytes = 200_000 }, 0, 16));
        Assert.Equal(16, expected.Distinct().Count());
        Assert.NotEqual(expected, Digests(Varied with { Seed = 12 }, 0, 16));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(13)]
    public void A_run_taken_up_at_a_step_continues_with_the_same_bytes(int firstStep)
    {
        var trunk = Varied with { View = TrunkView.Even };
        Assert.Equal(Digests(Varied, 0, 16)[firstStep..], Digests(Varied, firstStep, 16 - firstStep));
        Assert.Equal(Digests(trunk, 0, 16)[firstStep..], Digests(trunk, firstStep, 16 - firstStep));
    }

    [Fact]
    public async Task Batches_are_enumerated_in_the_order_of_the_steps()
    {
        using var loader = new FaceBatchLoader(new MemorySource(40), Varied, firstStep: 3);
        var steps = new List<(long, int)>();
        await foreach (var batch in loader.ReadAllAsync())
        {
            steps.Add((batch.Step, batch.Epoch));
            batch.Dispose();
            if (steps.Count == 4) break;
        }

        Assert.Equal([(3, 0), (4, 0), (5, 1), (6, 1)], steps);
    }

    [Fact]
    public void Memory_is_used_again_once_it_is_handed_back()
    {
        using var loader = new FaceBatchLoader(new MemorySource(40), Varied with { PrefetchBatches = 2 });
        var buffers = new HashSet<byte[]>(ReferenceEqualityComparer.Instance);
        for (var step = 0; step < 20; step++)
        {
            using var batch = loader.Next();
            buffers.Add(batch.Full);
        }

        Assert.InRange(buffers.Count, 1, 3);
    }

    [Fact]
    public void The_memory_of_batches_does_not_grow_over_many_steps()
    {
        using var loader = new FaceBatchLoader(new MemorySource(40, width: 8, height: 8), Varied);
        var buffers = new HashSet<byte[]>(ReferenceEqualityComparer.Instance);
        var (options, before) = (new FaceBatchLoaderOptions(), 0);
        Assert.True(options.PrefetchBatches >= 2);
        for (var step = 0; step < 500; step++)
        {
            using var batch = loader.Next();
            buffers.Add(batch.Full);
            buffers.Add(batch.Reduced!);
            if (step == 20) before = buffers.Count;
        }

        // Those ahead and the one that is trained on, a large and a small one of each.
        Assert.InRange(buffers.Count, 2, 2 * (options.PrefetchBatches + 1));
        Assert.Equal(before, buffers.Count);
    }

    [Fact]
    public void No_more_batches_than_asked_for_are_prepared_ahead()
    {
        var source = new MemorySource(400, item => TestFaces.Pattern(8, 8, item));
        using var loader = new FaceBatchLoader(source, Varied with { PrefetchBatches = 2, Workers = 3, CacheBytes = 0 });
        loader.Next().Dispose();
        Assert.True(SpinWait.SpinUntil(() => source.Loads == 24, 10_000), $"{source.Loads} loads");
        Thread.Sleep(50);
        Assert.Equal(24, source.Loads);
    }

    [Fact]
    public void A_broken_image_is_left_out_and_reported_once()
    {
        var skipped = new SkippedItems();
        var source = new MemorySource(40, item => item == 7 ? throw new InputException("pattern 7: torn") : TestFaces.Pattern(112, 112, item));
        using var loader = new FaceBatchLoader(source, Varied with { GreatestBrokenShare = 0.03 }, skipped: skipped);
        var counts = new List<int>();
        for (var step = 0; step < 15; step++)
        {
            using var batch = loader.Next();
            Assert.DoesNotContain(7, batch.Items);
            Assert.Equal(Array.ConvertAll(batch.Items, item => (long)(item / 3)), batch.Labels);
            Assert.Equal((batch.Count * 3 * 112 * 112, batch.Count * 3 * 14 * 14), (batch.Full.Length, batch.Reduced!.Length));
            counts.Add(batch.Count);
        }

        Assert.Equal(3, counts.Count(count => count == 7));
        Assert.Equal(12, counts.Count(count => count == 8));
        Assert.Equal("skipped pattern 7: pattern 7: torn", Assert.Single(skipped.First));
    }

    [Fact]
    public void The_others_of_a_batch_are_the_same_bytes_without_the_broken_one()
    {
        var whole = Images(new MemorySource(40));
        var holed = Images(new MemorySource(40, item => item == 7 ? throw new InputException("torn") : TestFaces.Pattern(112, 112, item)));
        Assert.Equal(whole.Where(image => image.Item != 7), holed);
    }

    [Fact]
    public void A_batch_of_broken_images_only_is_empty()
    {
        var source = new MemorySource(8, _ => throw new InputException("torn"));
        using var loader = new FaceBatchLoader(source, Varied with { GreatestBrokenShare = 1 });
        using var batch = loader.Next();
        Assert.Equal(0, batch.Count);
        Assert.Empty(batch.Full);
    }

    [Fact]
    public void Too_many_broken_images_stop_the_run_and_are_named()
    {
        var skipped = new SkippedItems();
        var source = new MemorySource(400, item => item % 20 == 0 ? throw new InputException("torn") : TestFaces.Pattern(8, 8, item));
        using var loader = new FaceBatchLoader(source, Varied with { GreatestBrokenShare = 0.02 }, skipped: skipped);
        var steps = 0;
        var fault = Assert.Throws<InputException>(() =>
        {
            while (steps < 50)
            {
                loader.Next().Dispose();
                steps++;
            }
        });
        Assert.Contains("could not be read", fault.Message);
        Assert.Contains("pattern", fault.Message);
        Assert.Contains("or raise data.greatestBrokenShare", fault.Message);

        // A twentieth is broken and a fiftieth of the 400 is borne: the batch with the ninth broken one stops the run.
        Assert.InRange(skipped.Count, 9, 12);
        Assert.InRange(steps, 9, 40);
    }

    [Fact]
    public void A_fault_of_the_program_in_a_worker_surfaces_where_the_batch_is_asked_for()
    {
        var source = new MemorySource(40, item => item == 7 ? throw new NotSupportedException("a mistake") : TestFaces.Pattern(8, 8, item));
        using var loader = new FaceBatchLoader(source, Varied);
        for (var i = 0; i < 2; i++)
        {
            var fault = Assert.Throws<NotSupportedException>(() =>
            {
                for (var step = 0; step < 5; step++) loader.Next().Dispose();
            });
            Assert.Equal("a mistake", fault.Message);
        }
    }

    [Fact]
    public void A_cancelled_wait_ends_and_the_batch_stays_the_next_one()
    {
        using var gate = new ManualResetEventSlim();
        var source = new MemorySource(40, item =>
        {
            gate.Wait();
            return TestFaces.Pattern(8, 8, item);
        });
        using var loader = new FaceBatchLoader(source, Varied);
        using var cancel = new CancellationTokenSource(50);
        Assert.ThrowsAny<OperationCanceledException>(() => loader.Next(cancel.Token));
        gate.Set();
        Assert.Equal(0, loader.Next().Step);
    }

    [Fact]
    public async Task Disposing_ends_the_workers_and_a_wait()
    {
        using var gate = new ManualResetEventSlim();
        var source = new MemorySource(40, item =>
        {
            gate.Wait();
            return TestFaces.Pattern(8, 8, item);
        });
        var loader = new FaceBatchLoader(source, Varied with { Workers = 2 });
        var wait = Task.Run(() => loader.Next());
        Assert.True(SpinWait.SpinUntil(() => source.Loads == 2, 10_000));
        var dispose = Task.Run(loader.Dispose);
        // On a busy machine the wait may begin only when the loader is gone already.
        Assert.True(await Record.ExceptionAsync(() => wait) is OperationCanceledException or ObjectDisposedException);
        gate.Set();
        await dispose.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.InRange(source.Loads, 2, 4);
        Assert.Throws<ObjectDisposedException>(() => loader.Next());
        loader.Dispose();
    }

    [Fact]
    public void Every_faulty_option_is_named_at_once()
    {
        var options = new FaceBatchLoaderOptions
        {
            View = new BranchView(Resolution.Full),
            BatchSize = 0,
            Workers = 0,
            PrefetchBatches = 0,
            CacheBytes = -1,
            GreatestBrokenShare = double.NaN,
            Augmentation = new AugmentationOptions { ShiftPixels = -1, BrightnessJitter = 2, Kernel = (ResampleKernel)99 },
        };
        Assert.Equal(9, Assert.Throws<InputException>(() => new FaceBatchLoader(new MemorySource(40), options)).Faults.Count);
        Assert.Single((options with { View = new TrunkView([new(Resolution.Full, -1)]) }).View.Faults());
        Assert.Single((options with { View = new TrunkView([]) }).View.Faults());
    }

    [Fact]
    public void An_epoch_of_real_faces_holds_every_identity()
    {
        using var source = new RecordIoSource(SharedData.Require("formats", "recordio"));
        using var loader = new FaceBatchLoader(source, Varied with { BatchSize = 1 });
        var labels = new HashSet<long>();
        for (var step = 0; step < loader.Plan.StepsPerEpoch; step++)
        {
            using var batch = loader.Next();
            Assert.Equal(source.LabelOf(batch.Items[0]), batch.Labels[0]);
            labels.UnionWith(batch.Labels);
        }

        Assert.Equal(80, labels.Count);
    }

    private static string[] Digests(FaceBatchLoaderOptions options, int firstStep, int steps)
    {
        using var loader = new FaceBatchLoader(new MemorySource(43), options, firstStep);
        return [.. Enumerable.Range(firstStep, steps).Select(step =>
        {
            using var batch = loader.Next();
            Assert.Equal(step, batch.Step);
            byte[] all = [.. batch.Full, .. batch.Reduced ?? [], .. batch.Items.Select(item => (byte)item), .. batch.Labels.Select(label => (byte)label)];
            return Convert.ToHexString(SHA256.HashData(all));
        })];
    }

    private static List<(int Item, string Reduced)> Images(MemorySource source)
    {
        using var loader = new FaceBatchLoader(source, Varied with { GreatestBrokenShare = 1 });
        var images = new List<(int, string)>();
        for (var step = 0; step < 5; step++)
        {
            using var batch = loader.Next();
            const int Bytes = 3 * 14 * 14;
            for (var i = 0; i < batch.Count; i++) images.Add((batch.Items[i], Convert.ToHexString(batch.Reduced.AsSpan(i * Bytes, Bytes))));
        }

        return images;
    }
}
