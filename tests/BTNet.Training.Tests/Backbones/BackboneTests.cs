using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Tests.Golden;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones;

public sealed class BackboneTests
{
    public static TheoryData<string> Names => [.. BackboneSpec.Names];

    public static TheoryData<string, int> SmallOnesAtEveryLevel
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var side in Resolution.All.Skip(1).Select(level => level.Side))
            {
                data.Add("iresnet10", side);
                data.Add("mobilefacenet", side);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_backbone_embeds_at_every_level_by_maps_of_one_shape(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var trunk = new Trunk(new BackboneSpec { Name = name, Width = 2, EmbeddingSize = 8 });
        var images = Wave.Image("face", 1, 3, 112, 112);

        Assert.Equal([1, 8], trunk.Forward(images, training: false).shape);
        Assert.Equal([56, 28, 14, 7], trunk.Levels.Select(level => level.Resolution.Side));
        foreach (var level in trunk.Levels)
        {
            using var branch = new Branch(trunk, level.Resolution);
            var side = level.Resolution.Side;
            var map = branch.Map(Wave.Image("face", 1, 3, side, side), training: false);
            Assert.Equal([side, side], map.shape[2..]);
            Assert.Equal(trunk.MapAt(level, images, training: false).shape, map.shape);
            Assert.Equal([1, 8], branch.Embed(map, training: false).shape);
            Assert.InRange(branch.MultiplyAccumulates(), 1, trunk.MultiplyAccumulates());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_weight_has_a_key_of_its_own_and_all_but_the_last_scale_are_trained(string name)
    {
        using var scope = NewDisposeScope();
        using var trunk = new Trunk(new BackboneSpec { Name = name, Width = 2, EmbeddingSize = 8 });
        var weights = trunk.Weights.ToList();

        Assert.Equal(weights.Count, weights.Select(weight => weight.Key).Distinct().Count());
        var fixedScale = trunk.Norms.All.Single(norm => norm.Slot.Role == NormRole.Embedding).Slot.Key + ".weight";
        Assert.Equal([fixedScale], weights.Where(weight => weight.IsParameter).Select(weight => weight.Key).Except(trunk.Trainable.Select(weight => weight.Key)));
        Assert.DoesNotContain(trunk.Trainable, weight => weight.Kind is WeightKind.RunningMean or WeightKind.RunningVariance);
    }

    [Theory]
    [MemberData(nameof(SmallOnesAtEveryLevel))]
    public void Gradients_reach_all_that_a_branch_trains_and_the_trunks_tail_lets_them_through(string name, int side)
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk(new BackboneSpec { Name = name, Width = 2, EmbeddingSize = 8 });
        using var branch = new Branch(trunk, Resolution.Of(side));
        var parameters = Trainable.Only(branch.Weights, branch.Trainable);
        Trainable.Freeze(trunk.Weights);

        var embeddings = branch.Embed(branch.Map(Wave.Image("face", 4, 3, side, side), training: true), training: true);
        (embeddings * Wave.Image("direction", 4, 8)).sum().backward();

        Assert.All(parameters, parameter => Assert.NotNull(parameter.grad));
        Assert.Contains(parameters, parameter => parameter.grad!.abs().max().item<float>() > 0);
        Assert.All(trunk.Weights.Select(weight => weight.Tensor).OfType<Parameter>(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void The_sizes_and_costs_of_IResNet50_are_those_of_the_paper()
    {
        using var scope = NewDisposeScope();
        using var trunk = new Trunk(new BackboneSpec());

        Assert.Equal(43.59, Millions(trunk.Weights.Where(weight => weight.IsParameter)), 0.005);
        Assert.Equal(6.31, trunk.MultiplyAccumulates() / 1e9, 0.005);
        foreach (var (side, parameters, cost) in new[] { (56, 0.08, 5.93), (28, 0.45, 5.24), (14, 2.26, 4.28), (7, 21.29, 1.52) })
        {
            using var branch = new Branch(trunk, Resolution.Of(side));
            // The tail's norms apart, which the table counts with neither.
            var tail = trunk.TailNorms(branch.Level).Select(slot => slot.Key).ToHashSet();
            Assert.Equal(parameters, Millions(branch.Weights.Where(weight => weight.IsParameter && !tail.Contains(weight.Key[..weight.Key.LastIndexOf('.')]))), 0.005);
            Assert.Equal(cost, branch.MultiplyAccumulates() / 1e9, 0.005);
        }
    }

    [Theory]
    [InlineData("resnet50", 64, 512, "'resnet50' is no backbone; expected one of iresnet10")]
    [InlineData(null, 64, 512, "is no backbone")]
    [InlineData("iresnet18", 1, 512, "a width of 1")]
    [InlineData("iresnet18", 64, 5000, "an embedding size of 5000")]
    public void A_backbone_that_cannot_be_built_is_refused(string? name, int width, int embedding, string expected)
        => Assert.Contains(expected, Assert.Throws<InputException>(() => new Trunk(new BackboneSpec { Name = name!, Width = width, EmbeddingSize = embedding })).Message);

    private static double Millions(IEnumerable<Weight> weights) => weights.Sum(weight => weight.Tensor.NumberOfElements) / 1e6;
}
