using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Data;
using BTNet.Training.Kernels;
using BTNet.Training.Teaching;
using BTNet.Training.Tests.Backbones.Onnx;
using BTNet.Training.Tests.Data;
using static BTNet.Training.Export.GraphParts;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

public sealed class RecogniserTeacherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_batch_of_a_broken_picture_is_asked_about_again_only_when_that_can_be_read()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        var broken = true;
        var source = new MemorySource(40, item => item == 7 && broken ? throw new InputException("pattern 7: is no picture") : TestFaces.Pattern(112, 112, item));

        // Batches of 32.
        Assert.Equal((2, false), (Ask(trunk, source, join: null, out var has), has(7)));
        Assert.Equal(0, Ask(trunk, source, join: null, out _));
        broken = false;
        Assert.Equal(1, Ask(trunk, source, join: null, out has));
        Assert.True(has(7));
        Assert.Equal(0, Ask(trunk, source, join: null, out _));
    }

    [Theory]
    [InlineData(1e6, true, "the map 'Relu_1' of", "loss.map=0")]
    [InlineData(1e6, false)]
    [InlineData(1e38, false, "is no number", "run.precision=fp32")]
    public void Numbers_that_cannot_be_kept_are_refused_with_the_picture_and_what_to_do(double weight, bool withMap, params string[] said)
    {
        var graph = new GraphBuilder();
        var map = graph.Node("Relu", [graph.Node("Conv", [GraphBuilder.Input, graph.Weights(weight, 8, 3, 3, 3)], Ints("strides", 8, 8), Ints("pads", 1, 1, 1, 1))]);
        var flat = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [map])], Int("axis", 1));
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), graph.Model(graph.Linear(flat, 8, 16))));

        var refused = Record.Exception(() => Ask(trunk, new MemorySource(3), withMap ? trunk.JoinAt(Resolution.Of(14)) : null, out _));

        if (said.Length == 0) Assert.Null(refused);
        else Assert.All(said.Append("pattern "), part => Assert.Contains(part, Assert.IsType<InputException>(refused).Message, StringComparison.Ordinal));
    }

    /// <summary>Fills a file, and tells how many batches the recogniser was asked about and which pictures it has.</summary>
    private int Ask(OnnxTrunk trunk, MemorySource source, OnnxJoin? join, out Func<int, bool> has)
    {
        var asked = 0;
        var views = TaughtViews.Open(new TaughtViewsOptions(_folder.File("views"), "key", source.Count, Views: 1, EmbeddingNumbers: 16, (int?)join?.Shape.Count ?? 0));
        try
        {
            var augmenter = new FaceAugmenter(new AugmentationOptions { Views = 1 }, new BranchView(Resolution.Of(14)), seed: 1);
            new RecogniserTeacher(new Recogniser(trunk, RecogniserInput.Named("signed-rgb")), MapForm.Default, CPU)
                .Fill(views, join, source, augmenter, count: 1, new SmallExtension.Told<WorkProgress>(_ => asked++), CancellationToken.None);
            Assert.Equal(0, views.Missing);
            var there = Enumerable.Range(0, source.Count).Where(item => views.Has(item, 0)).ToHashSet();
            has = there.Contains;
            return asked;
        }
        finally
        {
            views.Dispose();
        }
    }
}
