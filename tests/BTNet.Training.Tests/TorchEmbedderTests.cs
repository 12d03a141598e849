using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Branches;
using BTNet.Training.Kernels;
using BTNet.Training.Checkpoints;
using BTNet.Training.Tests.Data;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

public sealed class TorchEmbedderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(65)]
    public void Rows_are_in_the_order_of_the_faces_however_they_fall_into_batches(int count)
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        using var branch = new Branch(trunk, Resolution.Of(7));
        using var embedder = new TorchEmbedder(trunk, [branch]);
        FaceImage[] faces = [.. Enumerable.Range(0, count).Select(i => TestFaces.Pattern(7, 7, i))];

        var embeddings = embedder.Embed(faces, Resolution.Of(7));

        Assert.Equal((count, 16), (embeddings.Rows, embeddings.Columns));
        using var _ = no_grad();
        var direct = faces.Select(face => branch.Embed(branch.Map(Pixels(face), training: false), training: false).flatten().data<float>().ToArray()).ToList();
        for (var i = 0; i < count; i++)
        {
            // A batch is not summed in the order of a single face, so the last digits differ; other faces are much further.
            var row = embeddings[i].ToArray();
            Assert.Equal(i, Enumerable.Range(0, count).MinBy(other => Distance(direct[other], row)));
            Assert.InRange(Distance(direct[i], row), 0, 1e-3 * Distance(direct[i], new float[16]));
        }
    }

    [Fact]
    public void Full_faces_go_through_the_trunk()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var trunk = SmallNetworks.Trunk();
        using var embedder = new TorchEmbedder(trunk, []);
        var face = TestFaces.Pattern(112, 112, 3);

        Assert.Equal(trunk.Forward(Pixels(face), training: false).flatten().data<float>().ToArray(), embedder.Embed([face], Resolution.Full)[0].ToArray());
        Assert.Equal([Resolution.Full], embedder.Resolutions);
    }

    [Fact]
    public void A_face_of_another_size_and_a_resolution_without_a_branch_are_refused()
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        using var branch = new Branch(trunk, Resolution.Of(14));
        using var embedder = new TorchEmbedder(trunk, [branch]);

        Assert.Contains("7 x 14 pixels, expected 14 x 14", Assert.Throws<ArgumentException>(() => embedder.Embed([TestFaces.Pattern(14, 14, 1), TestFaces.Pattern(7, 14, 1)], Resolution.Of(14))).Message);
        Assert.Contains("there is 112, 14", Assert.Throws<ArgumentException>(() => embedder.Embed([TestFaces.Pattern(7, 7, 1)], Resolution.Of(7))).Message);
    }

    [Fact]
    public void No_faces_give_no_rows()
    {
        using var trunk = SmallNetworks.Trunk();
        using var embedder = new TorchEmbedder(trunk, []);

        Assert.Equal(0, embedder.Embed([], Resolution.Full).Rows);
    }

    [Fact]
    public void Work_ends_between_two_batches_when_cancelled()
    {
        using var trunk = SmallNetworks.Trunk();
        using var embedder = new TorchEmbedder(trunk, []);

        Assert.Throws<OperationCanceledException>(() => embedder.Embed([TestFaces.Pattern(112, 112, 3)], Resolution.Full, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_checkpoint_is_loaded_with_all_of_its_branches()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");
        foreach (var side in new[] { 7, 28 })
        {
            using var branch = new Branch(trunk, Resolution.Of(side));
            model.Save(branch, "{}");
        }

        using var embedder = TorchEmbedder.Load(model);

        Assert.Equal([112, 28, 7], embedder.Resolutions.Select(resolution => resolution.Side));
        Assert.Equal("iresnet10 (width 4, embedding 16), branches 28, 7", embedder.Description);
        Assert.Equal(16, embedder.Embed([TestFaces.Pattern(7, 7, 1)], Resolution.Of(7)).Columns);
    }

    private static double Distance(float[] left, float[] right) => Math.Sqrt(left.Zip(right).Sum(pair => Math.Pow(pair.First - pair.Second, 2)));

    /// <summary>As the networks take them: planes of (x / 255 - 0.5) / 0.5.</summary>
    private static Tensor Pixels(FaceImage face)
    {
        var values = new float[3 * face.Width * face.Height];
        for (var p = 0; p < face.Width * face.Height; p++)
        for (var c = 0; c < 3; c++)
            values[(c * face.Width * face.Height) + p] = (face.Pixels[(3 * p) + c] / 127.5f) - 1;
        return MapForm.Default.Of(tensor(values, 1, 3, face.Height, face.Width));
    }
}
