using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;

namespace BTNet.Training.Tests.Backbones.Onnx;

public sealed class PreprocessingSearchTests
{
    [Fact]
    public void What_the_shared_recogniser_expects_is_found_on_real_faces()
    {
        using var trunk = OnnxTrunk.Load(SharedData.Require("models", "mobilefacenet-apache2.onnx"));

        var finding = PreprocessingSearch.Run(trunk, RealFaces.Load(200));

        Assert.Equal("imagenet-rgb", finding.Best.Input.Name);
        Assert.InRange(finding.Margin, 0.01, 1);
    }

    [Fact]
    public void Too_few_faces_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var trunk = OnnxTrunk.Load(Reference.Write(folder.File("net.onnx"), Networks.Resnet()));

        string Refused(IReadOnlyList<RecogniserInput>? candidates) => Assert.Throws<InputException>(() => PreprocessingSearch.Run(trunk, Export.SmallCheckpoint.Faces(3), candidates)).Message;

        Assert.Contains("3 faces are too few", Refused(null), StringComparison.Ordinal);
        Assert.EndsWith("give more, or say what it expects", Refused(null), StringComparison.Ordinal);
        // It was said.
        Assert.EndsWith("give more", Refused([RecogniserInput.Common[0]]), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_find_each_other_are_far_apart_from_rows_that_do_not()
    {
        float[][] Rows(int seed, double noise)
        {
            var (same, other) = (new Random(1), new Random(seed));
            return [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, 32).Select(_ => (float)(same.NextDouble() + (noise * other.NextDouble()))).ToArray())];
        }

        var (near, far) = (PreprocessingSearch.Separation(Rows(2, 0.3), Rows(3, 0.3)), PreprocessingSearch.Separation(Rows(2, 3), Rows(3, 3)));

        Assert.True(near > 2 * far, $"{near} and {far}");
        Assert.Equal(0, PreprocessingSearch.Separation([.. Enumerable.Repeat(0, 20).Select(_ => new float[8])], [.. Enumerable.Repeat(0, 20).Select(_ => new float[8])]));
    }
}
