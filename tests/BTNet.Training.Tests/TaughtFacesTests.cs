using BTNet.Training.Data;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Data;

namespace BTNet.Training.Tests;

public sealed class TaughtFacesTests
{
    [Fact]
    public void Faces_that_are_drawn_are_of_nobody_in_rendered_data_whether_trained_on_or_kept()
    {
        var (data, run) = (new DataOptions { Kind = DataKind.Rendered, RenderedIdentities = 30, RenderedImages = 2 }, new RunOptions());
        var all = FaceSources.Open(data, run.Seed);

        var faces = TaughtFaces.Of(HeldOut.Of(all).Training, data, blends: 0, drawn: 40, new AugmentationOptions(), run);

        var drawn = Enumerable.Range(faces.Count - 40, 40).Select(item => faces.IdentityName(faces.LabelOf(item))).ToList();
        Assert.Equal(40, drawn.Distinct().Count());
        Assert.Empty(drawn.Intersect(Enumerable.Range(0, all.Identities).Select(all.IdentityName)));
    }

    [Fact]
    public void Pictures_come_first_then_blends_then_faces_that_are_drawn()
    {
        var faces = TaughtFaces.Of(new MemorySource(10), new DataOptions { Kind = DataKind.Pictures }, blends: 0.5, drawn: 2, new AugmentationOptions { ViewSeed = 3 }, new RunOptions());

        Assert.Equal(17, faces.Count);
        Assert.Equal(["pattern 9", "synthetic-00000/0000"], [faces.NameOf(9), faces.NameOf(15)]);
        Assert.Contains("blended with", faces.NameOf(10), StringComparison.Ordinal);
        Assert.Contains("of seed 3", faces.VersionOf(15), StringComparison.Ordinal);
    }
}
