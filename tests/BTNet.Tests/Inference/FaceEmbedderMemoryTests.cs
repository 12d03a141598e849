using BTNet.Faces;
using BTNet.Inference;
using BTNet.TestSupport;
using BTNet.Tests.Faces;
using BTNet.Tests.Models;

namespace BTNet.Tests.Inference;

/// <summary>What a process holds can be told only while nothing else runs.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Memory of the process, by what Linux says of it.</summary>
[Collection(nameof(Alone))]
public sealed class FaceEmbedderMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sessions_that_share_weights_make_no_copy_of_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc/self/status of Linux");
        const int Size = 256;
        var package = CraftedPackage.Write(_folder.File("package"), [112, 56], embeddingSize: Size);
        var weights = new FileInfo(Path.Combine(package, CraftedPackage.Weights)).Length;
        Assert.InRange(weights, 40L << 20, 100L << 20);
        FaceImage[] faces = [SyntheticPixels.Flat(112, 112, 1, 2, 3), SyntheticPixels.Flat(56, 56, 1, 2, 3)];
        // What ONNX Runtime takes once for itself.
        using (var first = FaceEmbedder.Load(CraftedPackage.Write(_folder.File("small"), [112, 56]))) first.Embed(faces);

        var before = Anonymous();
        using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared, Verify = false });
        embedder.Embed(faces);

        Assert.InRange(Anonymous() - before, long.MinValue, weights / 4);
    }

    [Fact]
    public void Loading_embedding_and_disposing_again_and_again_takes_no_more_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc/self/status of Linux");
        var package = CraftedPackage.Write(_folder.File("package"), [112, 7], embeddingSize: 32);
        var weights = new FileInfo(Path.Combine(package, CraftedPackage.Weights)).Length;
        for (var round = 0; round < 20; round++) Once(round);
        var before = Anonymous();

        const int Rounds = 60;
        for (var round = 0; round < Rounds; round++) Once(round);

        // A third of what they would hold together.
        Assert.InRange(Anonymous() - before, long.MinValue, Rounds * weights / 3);

        void Once(int round)
        {
            using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = (InferenceMode)(round % 3) });
            embedder.Embed([SyntheticPixels.Flat(112, 112, 1, 2, 3), SyntheticPixels.Flat(7, 7, 1, 2, 3)]);
        }
    }

    /// <summary>Memory that no file stands behind.</summary>
    private static long Anonymous()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return 1024 * long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
