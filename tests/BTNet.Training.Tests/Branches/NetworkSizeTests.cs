using BTNet.Training.Backbones;
using BTNet.Training.Branches;

namespace BTNet.Training.Tests.Branches;

public sealed class NetworkSizeTests
{
    [Fact]
    public void IResNet_50_has_the_parameters_and_operations_of_the_papers_table()
    {
        var size = NetworkSize.Of(new BackboneSpec());
        Assert.Equal((43.59, 6.31), Rounded(size.Trunk));
        Assert.Equal([56, 28, 14, 7], size.Branches.Select(branch => branch.Resolution.Side));
        Assert.Equal([(0.08, 5.93), (0.45, 5.24), (2.26, 4.28), (21.29, 1.52)], size.Branches.Select(Rounded));
        Assert.Equal(67.6, Math.Round(size.Together(NetworkSize.Papers) / 1e6, 1));
        Assert.Equal(174.4, Math.Round(size.Separate(NetworkSize.Papers) / 1e6, 1));
    }

    [Fact]
    public void Every_backbone_has_branches_that_compute_less_the_smaller_their_faces()
    {
        foreach (var name in BackboneSpec.Names)
        {
            var size = NetworkSize.Of(new BackboneSpec { Name = name, Width = 4, EmbeddingSize = 8 });
            long[] work = [size.Trunk.MultiplyAccumulates, .. size.Branches.Select(branch => branch.MultiplyAccumulates)];
            Assert.Equal(work.OrderDescending(), work);
            Assert.True(work[^1] < work[0], name);
            Assert.All(size.Branches, branch => Assert.InRange(branch.Parameters, 1, size.Trunk.Parameters - 1));
        }
    }

    private static (double Millions, double Billions) Rounded(PathSize path) => (Math.Round(path.Parameters / 1e6, 2), Math.Round(path.MultiplyAccumulates / 1e9, 2));
}
