using System.Globalization;
using System.Text.Json.Nodes;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Kernels;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Golden;

public sealed class ForwardParityTests
{
    [Theory]
    [InlineData(112, MapLayout.Planar)]
    [InlineData(112, MapLayout.ChannelsLast)]
    [InlineData(56, MapLayout.Planar)]
    [InlineData(56, MapLayout.ChannelsLast)]
    [InlineData(28, MapLayout.Planar)]
    [InlineData(28, MapLayout.ChannelsLast)]
    [InlineData(14, MapLayout.Planar)]
    [InlineData(14, MapLayout.ChannelsLast)]
    [InlineData(7, MapLayout.Planar)]
    [InlineData(7, MapLayout.ChannelsLast)]
    public void IResNet18_gives_the_references_embeddings_and_maps_at_every_resolution_in_every_layout(int side, MapLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var golden = Reference.Load()["forward"]![0]!["resolutions"]![side.ToString(CultureInfo.InvariantCulture)]!;
        using var trunk = new Trunk(new BackboneSpec { Name = "iresnet18" });
        foreach (var weight in trunk.Weights) Wave.Fill(weight);
        var image = new MapForm(layout, MapPrecision.Fp32).Of(Wave.Image($"image{side}", 2, 3, side, side));

        var resolution = Resolution.Of(side);
        if (resolution.IsFull)
        {
            AssertEmbeddings(golden, trunk.Forward(image, training: false));
            for (var stage = 0; stage < 4; stage++)
                AssertMap(golden["stage_first_block"]![stage]!, trunk.MapAt(trunk.Levels[stage], image, training: false), stage);
            return;
        }

        // The reference's own network at a lower resolution has the values of the formula everywhere; the tail's are the trunk's.
        using var branch = new Branch(trunk, resolution);
        var map = branch.Map(image, training: false);
        var joinStage = trunk.Levels.ToList().FindIndex(level => level.Resolution == resolution);
        AssertMap(golden["stage_first_block"]![joinStage]!, map, joinStage);
        AssertEmbeddings(golden, branch.Embed(map, training: false));
    }

    [Theory]
    [InlineData(MapLayout.Planar)]
    [InlineData(MapLayout.ChannelsLast)]
    public void MobileFaceNet_gives_the_references_embeddings_and_has_its_keys_and_shapes(MapLayout layout)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var golden = Reference.Load()["mobilefacenet"]!;
        using var trunk = new Trunk(new BackboneSpec { Name = "mobilefacenet" });
        foreach (var weight in trunk.Weights) Wave.Fill(weight);

        var expected = golden["state_dict"]!.AsObject()
            .Where(entry => entry.Value!.AsArray().Count > 0)
            .ToDictionary(entry => entry.Key, entry => string.Join(',', entry.Value!.AsArray().Select(size => (long)size!)));
        Assert.Equal(expected.OrderBy(entry => entry.Key), trunk.Weights.ToDictionary(weight => weight.Key, weight => string.Join(',', weight.Tensor.shape)).OrderBy(entry => entry.Key));
        AssertEmbeddings(golden, trunk.Forward(new MapForm(layout, MapPrecision.Fp32).Of(Wave.Image("image112", 2, 3, 112, 112)), training: false));
    }

    private static void AssertEmbeddings(JsonNode golden, Tensor embeddings)
    {
        for (var row = 0; row < 2; row++)
        {
            var norm = (double)golden["embedding_norm"]![row]!;
            Reference.AssertRelative(norm, embeddings[row].norm().item<float>(), 1e-5, $"norm of embedding {row}");
            Reference.AssertEqual(golden["embedding_first16"]![row].Floats(), embeddings[row], 1e-5 * norm, $"embedding {row}");
        }
    }

    private static void AssertMap(JsonNode golden, Tensor map, int stage)
    {
        Reference.AssertRelative((double)golden["abs_mean"]!, map.abs().mean().item<float>(), 1e-5, $"mean of the map of stage {stage + 1}");
    }
}
