using BTNet.TestSupport;
using BTNet.Training.Quantization;

namespace BTNet.Training.Tests.Quantization;

public sealed class NormFoldingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("iresnet10")]
    [InlineData("mobilefacenet")]
    public void A_network_without_norms_and_slopes_computes_what_it_did_before(string backbone)
    {
        var package = SmallPackage.Make(_folder.Path, backbone);
        Assert.All(package.Manifest.Graphs.Paths, path =>
        {
            var read = PackagedNetwork.Read(package, path);
            Assert.Contains(read.Steps, step => step is NormStep);
            var network = SlopeSplitting.Split(GroupSplitting.Split(NormFolding.Fold(read)));

            Assert.DoesNotContain(network.Steps, step => step is NormStep or SlopeStep);
            Assert.DoesNotContain(network.Steps, step => step is ConvolutionStep { Kernel: { Groups: > 1, Shape: [_, > 1, ..] } });
            var pixels = Run.Pixels(path.Resolution);
            var expected = Run.File(package.PathOf(path.Graph), path.Resolution, pixels);
            var largest = expected.Max(Math.Abs);
            Assert.Equal(expected, Run.Floats(network, pixels), (left, right) => Math.Abs(left - right) <= 1e-5 * largest);
        });
    }

    [Fact]
    public void Only_norms_before_padded_convolutions_stay_as_convolutions_of_single_channels()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        var read = PackagedNetwork.Read(package, package.Manifest.Graphs.Paths[0]);
        var folded = NormFolding.Fold(read);
        // The four blocks' first.
        Assert.Equal(4, folded.Steps.Count(step => step is ConvolutionStep { Kernel.Groups: > 1 }));
        Assert.Equal(read.Steps.Count(step => step is ConvolutionStep) + 4, folded.Steps.Count(step => step is ConvolutionStep));
    }

    [Fact]
    public void A_graph_that_export_did_not_write_so_is_refused()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        var path = package.Manifest.Graphs.Paths[0];
        var fault = Assert.Throws<InputException>(() => PackagedNetwork.Read(package, path with { Graph = path.FastGraph! }));
        Assert.Contains("expected a graph that `btnet export` wrote", fault.Message, StringComparison.Ordinal);

        File.WriteAllText(package.PathOf(path.Graph), "no graph");
        Assert.Contains("export the model again", Assert.Throws<InputException>(() => PackagedNetwork.Read(package, path)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
