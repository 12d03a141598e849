using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Tests.Faces;
using BTNet.Tests.Models;

namespace BTNet.Tests.Inference;

public sealed class FaceEmbedderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<InferenceMode> Modes => [.. Enum.GetValues<InferenceMode>()];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Modes))]
    public void Faces_of_mixed_sizes_go_to_their_branches_and_come_back_in_order(InferenceMode mode)
    {
        using var embedder = Load(new FaceEmbedderOptions { Mode = mode }, 112, 28, 14, 7);
        (int Width, int Height, int Branch)[] sizes = [(200, 150, 112), (7, 7, 7), (8, 3, 14), (1, 1, 7), (29, 2, 112), (14, 14, 14), (20, 28, 28), (112, 112, 112), (5, 6, 7)];
        var faces = sizes.Select((size, i) => SyntheticPixels.Flat(size.Width, size.Height, (byte)(20 * i), (byte)(255 - (9 * i)), (byte)(31 * i % 256))).ToList();

        var embeddings = embedder.Embed(faces);

        Assert.Equal(sizes.Select(size => size.Branch), embeddings.Select(embedding => embedding.Branch.Side));
        for (var i = 0; i < faces.Count; i++)
        {
            AssertIs(CraftedPackage.Expected(faces[i], sizes[i].Branch), embeddings[i].Values);
            Assert.Equal(new BranchChoice(Resolution.Of(sizes[i].Branch), sizes[i].Width, sizes[i].Height, SizeIndicator.Max, LadderRule.Ceil), embeddings[i].Choice);
        }

        Assert.Equal("20 x 28 pixels go to the branch for 28 (Max of the sides, Ceil)", embeddings[6].Choice.ToString());
    }

    [Fact]
    public void Any_mixture_of_sizes_gives_what_each_face_gives_alone()
    {
        using var embedder = Load(new FaceEmbedderOptions { BatchSize = 3 }, 112, 56, 28, 14, 7);
        var random = new Random(11);
        for (var round = 0; round < 20; round++)
        {
            FaceImage[] faces = [.. Enumerable.Range(0, random.Next(1, 14)).Select(_ =>
                SyntheticPixels.Flat(random.Next(1, 130), random.Next(1, 130), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)))];
            var embeddings = embedder.Embed(faces);
            Assert.Equal(faces.Length, embeddings.Count);
            for (var i = 0; i < faces.Length; i++)
            {
                Assert.Equal(embedder.Choose(faces[i].Width, faces[i].Height), embeddings[i].Choice);
                AssertIs(CraftedPackage.Expected(faces[i], embeddings[i].Branch.Side), embeddings[i].Values);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void More_faces_than_a_batch_come_back_in_order(int batchSize)
    {
        using var embedder = Load(new FaceEmbedderOptions { BatchSize = batchSize }, 112, 7);
        FaceImage[] faces = [.. Enumerable.Range(0, 70).Select(i => SyntheticPixels.Flat(7, 7, (byte)(3 * i), 0, 0))];

        var matrix = embedder.Embed(faces, Resolution.Of(7));

        Assert.Equal((70, 4), (matrix.Rows, matrix.Columns));
        for (var i = 0; i < faces.Length; i++) AssertIs(CraftedPackage.Expected(faces[i], 7), matrix[i]);
    }

    [Fact]
    public void The_indicator_and_the_rule_that_were_asked_for_choose_among_the_packages_resolutions()
    {
        using var embedder = Load(new FaceEmbedderOptions { Indicator = SizeIndicator.Min, Rule = LadderRule.Floor }, 112, 14);

        var embedding = embedder.Embed(SyntheticPixels.Flat(200, 60, 1, 2, 3));

        Assert.Equal("200 x 60 pixels go to the branch for 14 (Min of the sides, Floor)", embedding.Choice.ToString());
        Assert.Equal([112, 14], embedder.Resolutions.Select(resolution => resolution.Side));
    }

    [Fact]
    public void No_faces_give_no_embeddings()
    {
        using var embedder = Load(null, 112);
        Assert.Empty(embedder.Embed([]));
        Assert.Equal(0, embedder.Embed([], Resolution.Full).Rows);
    }

    [Fact]
    public void A_face_that_is_null_is_a_programming_mistake_that_names_it()
    {
        using var embedder = Load(null, 112);
        Assert.Contains("index 1 is null", Assert.Throws<ArgumentException>(() => embedder.Embed([SyntheticPixels.Flat(2, 2, 0, 0, 0), null!])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => embedder.Embed((FaceImage)null!));
        Assert.Throws<ArgumentNullException>(() => embedder.Embed((IReadOnlyList<FaceImage>)null!));
    }

    [Fact]
    public void A_branch_takes_faces_of_its_own_size_only()
    {
        using var embedder = Load(null, 112, 14);
        Assert.Contains("7 x 14 pixels, expected 14 x 14", Assert.Throws<ArgumentException>(() => embedder.Embed([SyntheticPixels.Flat(7, 14, 0, 0, 0)], Resolution.Of(14))).Message, StringComparison.Ordinal);
        Assert.Contains("there is 112, 14", Assert.Throws<ArgumentException>(() => embedder.Embed([SyntheticPixels.Flat(7, 7, 0, 0, 0)], Resolution.Of(7))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asynchronous_calls_give_the_same()
    {
        using var embedder = Load(null, 112, 7);
        var face = SyntheticPixels.Flat(5, 5, 9, 8, 7);
        AssertIs(CraftedPackage.Expected(face, 7), (await embedder.EmbedAsync(face, TestContext.Current.CancellationToken)).Values);
        AssertIs(CraftedPackage.Expected(face, 7), (await embedder.EmbedAsync([face], TestContext.Current.CancellationToken))[0].Values);
    }

    [Fact]
    public void Every_fault_of_the_options_is_told_at_once()
    {
        var package = CraftedPackage.Write(_folder, 112);
        var fault = Assert.Throws<InputException>(() => FaceEmbedder.Load(package, new FaceEmbedderOptions { Threads = -1, BatchSize = 5000, Mode = (InferenceMode)9, Rule = (LadderRule)9, Indicator = (SizeIndicator)9, Kernel = (ResampleKernel)9 }));
        Assert.Equal(6, fault.Faults.Count);
    }

    [Fact]
    public void Integers_that_the_package_has_not_are_refused_at_once() =>
        Assert.Contains("has no networks in 8-bit integers; `btnet quantize` adds them", Assert.Throws<InputException>(() => Load(new FaceEmbedderOptions { Int8 = true }, 112)).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_package_that_nobody_may_write_to_is_used(InferenceMode mode)
    {
        CraftedPackage.Write(_folder, 112, 7);
        using var place = ReadOnlyPlace.Make(_folder.Path);
        using var embedder = FaceEmbedder.Load(Path.Combine(place.Path, "package"), new FaceEmbedderOptions { Mode = mode });
        var face = SyntheticPixels.Flat(5, 5, 9, 8, 7);
        AssertIs(CraftedPackage.Expected(face, 7), embedder.Embed(face).Values);
    }

    [Fact]
    public void A_package_that_was_replaced_is_not_mixed_with_the_earlier_one()
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        using var embedder = FaceEmbedder.Load(package);
        var (small, large) = (SyntheticPixels.Flat(5, 5, 9, 8, 7), SyntheticPixels.Flat(112, 112, 9, 8, 7));
        embedder.Embed(large);

        CraftedPackage.Write(package, [112, 7], factor: 2);

        AssertIs(CraftedPackage.Expected(large, 112), embedder.Embed(large).Values);
        Assert.Contains("was replaced by another model since it was loaded", Assert.Throws<InputException>(() => embedder.Embed(small)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Weights_that_were_written_to_in_place_are_not_taken_for_those_that_were_opened(InferenceMode mode)
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        var weights = Path.Combine(package, CraftedPackage.Weights);
        var whole = File.ReadAllBytes(weights);
        File.SetLastWriteTimeUtc(weights, DateTime.UtcNow.AddHours(-1));
        using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = mode });
        var face = SyntheticPixels.Flat(5, 5, 9, 8, 7);

        using (var stream = File.OpenWrite(weights)) stream.Write(new byte[whole.Length / 2]);
        Assert.Contains("was replaced by another model since it was loaded", Assert.Throws<InputException>(() => embedder.Embed(face)).Message, StringComparison.Ordinal);

        // At another time, and the same bytes.
        using (var stream = File.OpenWrite(weights)) stream.Write(whole);
        AssertIs(CraftedPackage.Expected(face, 7), embedder.Embed(face).Values);
    }

    [Fact]
    public void Weights_of_another_model_are_not_kept_for_when_the_package_is_the_earlier_one_again()
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared });
        var face = SyntheticPixels.Flat(5, 5, 9, 8, 7);

        CraftedPackage.Write(package, [112, 7], factor: 2);
        Assert.Throws<InputException>(() => embedder.Embed(face));
        CraftedPackage.Write(package, [112, 7]);

        AssertIs(CraftedPackage.Expected(face, 7), embedder.Embed(face).Values);
    }

    [Fact]
    public void A_package_that_only_says_more_of_itself_is_used_on()
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        using var embedder = FaceEmbedder.Load(package);
        var manifest = ModelPackage.Open(package).Manifest;
        File.WriteAllBytes(Path.Combine(package, ModelPackage.ManifestFile), ManifestText.Write(manifest with { FaceStatistics = [new FaceStatistics(7, 100, 2, 1)] }));

        Assert.Equal(7, embedder.Embed(SyntheticPixels.Flat(5, 5, 9, 8, 7)).Branch.Side);
    }

    [Fact]
    public void A_session_that_could_not_be_made_is_tried_again()
    {
        var tries = 0;
        using var embedder = Load(new FaceEmbedderOptions { Configure = _ => { if (++tries == 1) throw new IOException("the device is busy"); } }, 112);
        var face = SyntheticPixels.Flat(5, 5, 9, 8, 7);

        Assert.Throws<IOException>(() => embedder.Embed(face));
        AssertIs(CraftedPackage.Expected(face, 112), embedder.Embed(face).Values);
        embedder.Embed(face);

        Assert.Equal(2, tries);
    }

    private FaceEmbedder Load(FaceEmbedderOptions? options, params int[] sides) => FaceEmbedder.Load(CraftedPackage.Write(_folder, sides), options);

    private static void AssertIs(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-3f * Math.Max(1, Math.Abs(expected[i])));
    }
}
