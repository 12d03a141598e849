using System.Diagnostics;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Tests.Faces;
using BTNet.Tests.Models;

namespace BTNet.Tests.Inference;

/// <summary>Several threads, ends in the middle of work, and what is left behind.</summary>
public sealed class FaceEmbedderLifetimeTests : IDisposable
{
    /// <summary>Seconds for one face; a call that runs to its end is told from one that is ended.</summary>
    private const int Slow = 150;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<InferenceMode> Modes => [.. Enum.GetValues<InferenceMode>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Modes))]
    public void Threads_that_begin_at_once_share_one_session_a_resolution(InferenceMode mode)
    {
        var made = 0;
        int[] sides = [112, 28, 14, 7];
        using var embedder = FaceEmbedder.Load(CraftedPackage.Write(_folder, sides), new FaceEmbedderOptions { Mode = mode, Threads = 1, Configure = _ => Interlocked.Increment(ref made) });
        FaceImage[] faces = [.. sides.Select(side => SyntheticPixels.Flat(side, side, (byte)side, 100, 50))];
        using var start = new Barrier(6);
        var threads = Enumerable.Range(0, 6).Select(_ => new Thread(() =>
        {
            start.SignalAndWait();
            for (var round = 0; round < 20; round++)
            {
                var embeddings = embedder.Embed(faces);
                for (var i = 0; i < faces.Length; i++) Assert.Equal(CraftedPackage.Expected(faces[i], sides[i])[3], embeddings[i].Values[3], 0.1f);
            }
        })).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(sides.Length, made);
    }

    [Fact]
    public async Task A_call_that_runs_when_it_is_disposed_comes_to_its_end_and_the_next_is_refused()
    {
        using var embedder = FaceEmbedder.Load(CraftedPackage.Write(_folder.File("package"), [112, 7], slowLayers: Slow / 4));
        var face = SyntheticPixels.Flat(112, 112, 1, 2, 3);
        embedder.Embed([SyntheticPixels.Flat(112, 112, 0, 0, 0)]);

        var running = Task.Run(() => embedder.Embed([face, face, face]), TestContext.Current.CancellationToken);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);
        embedder.Dispose();
        embedder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => embedder.Embed(face));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => embedder.EmbedAsync(face, TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => embedder.Embed([face], Resolution.Full));
        var embeddings = await running;
        Assert.All(embeddings, embedding => Assert.Equal(CraftedPackage.Expected(face, 112)[0], embedding.Values[0], 1e-2f));
    }

    [Fact]
    public void A_batch_is_ended_in_its_middle()
    {
        using var embedder = FaceEmbedder.Load(CraftedPackage.Write(_folder.File("package"), [112], slowLayers: Slow));
        var face = SyntheticPixels.Flat(112, 112, 1, 2, 3);
        var clock = Stopwatch.StartNew();
        embedder.Embed(face);
        var one = clock.Elapsed;

        // One batch of eight: between batches there is no place to end.
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        clock.Restart();
        Assert.Throws<OperationCanceledException>(() => embedder.Embed([.. Enumerable.Repeat(face, 8)], source.Token));

        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(150), 6 * one);
        // And it can be used on.
        Assert.Equal(CraftedPackage.Expected(face, 112)[0], embedder.Embed(face).Values[0], 1e-2f);
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_does_not_begin()
    {
        using var embedder = FaceEmbedder.Load(CraftedPackage.Write(_folder, 112));
        var face = SyntheticPixels.Flat(112, 112, 1, 2, 3);
        var cancelled = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => embedder.Embed(face, cancelled));
        Assert.Throws<OperationCanceledException>(() => embedder.Embed([face], Resolution.Full, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => embedder.EmbedAsync(face, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => embedder.EmbedAsync([face], cancelled));
    }

    [Fact]
    public void Weights_are_mapped_once_for_all_resolutions_and_let_go_with_the_embedder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc/self/maps of Linux");
        var package = CraftedPackage.Write(_folder, 112, 28, 14, 7);
        int Maps() => File.ReadLines("/proc/self/maps").Count(line => line.EndsWith(Path.Combine(package, CraftedPackage.Weights), StringComparison.Ordinal));

        using (var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared }))
        {
            embedder.Embed([.. new[] { 112, 28, 14, 7 }.Select(side => SyntheticPixels.Flat(side, side, 1, 2, 3))]);
            Assert.Equal(1, Maps());
        }

        Assert.Equal(0, Maps());
    }

    [Fact]
    public void A_failure_lets_go_of_what_was_mapped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc/self/maps of Linux");
        var package = CraftedPackage.Write(_folder.File("package"), [112], graph: _ => "no graph"u8.ToArray());
        using (var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared }))
            Assert.Throws<InputException>(() => embedder.Embed(SyntheticPixels.Flat(1, 1, 1, 2, 3)));

        Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains(package, StringComparison.Ordinal));
    }
}
