using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Losses;
using BTNet.Training.Optimizers;
using BTNet.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Devices;

/// <summary>
/// torch's meta device computes shapes and no numbers, but refuses, as a graphics card does, to mix its tensors with
/// those of the processor. So what runs on it leaves nothing behind on the processor. It has neither convolutions nor
/// batch norm, and not all of a loss.
/// </summary>
[Collection(nameof(TorchRandomness))]
public sealed class DeviceNeutralityTests
{
    private static readonly Device Meta = new(DeviceType.META);

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.AdamW)]
    public void Embeddings_classifier_and_optimizers_run_where_the_weights_are(OptimizerKind kind)
    {
        using var scope = NewDisposeScope();
        using var layer = new FlatLinear("fc", 4 * 9, 8, bias: true);
        List<Weight> weights = [.. layer.Weights];
        foreach (var weight in weights) weight.MoveTo(Meta);
        using var classifier = new CosineClassifier(5, 8, seed: 1);
        classifier.to(Meta);
        using var classifierOptimizer = new ClassifierSgd(classifier);
        using var optimizer = new OptimizationOptions { Optimizer = kind }.Create(Trainable.Only(weights, weights));

        var embeddings = layer.Forward(zeros(2, 4, 3, 3, device: Meta), new Pass(new NormSet([]), Training: true));
        var cosines = classifier.Cosines(embeddings);
        embeddings.sum().backward();
        classifier.Weight.sum().backward();
        optimizer.Step(0.1);
        classifierOptimizer.Step(0.1);

        Assert.Equal([2, 5], cosines.shape);
        Assert.Equal(DeviceType.META, cosines.device_type);
        Assert.All(optimizer.Parameters, parameter => Assert.Equal(DeviceType.META, parameter.grad!.device_type));
        Assert.Equal(DeviceType.META, classifierOptimizer.MomentumBuffer.device_type);
    }

    [Theory]
    [InlineData("iresnet10", NormPolicy.Own)]
    [InlineData("iresnet10", NormPolicy.Shared)]
    [InlineData("mobilefacenet", NormPolicy.OwnStatistics)]
    [InlineData("mobilefacenet", NormPolicy.ReferenceCompatible)]
    public void A_branch_is_made_where_its_trunk_is(string name, NormPolicy norms)
    {
        using var scope = NewDisposeScope();
        using var trunk = Network(name).MoveTo(Meta);
        using var branch = new Branch(trunk, Resolution.Of(14), norms);

        Assert.All(trunk.Weights.Concat(branch.Weights), weight => Assert.Equal(DeviceType.META, weight.Tensor.device_type));
    }

    [Theory]
    [InlineData(BranchBlocks.Copied)]
    [InlineData(BranchBlocks.Residual)]
    public void A_branch_for_a_recogniser_moves_as_a_whole(BranchBlocks blocks)
    {
        using var scope = NewDisposeScope();
        using var small = new SmallExtension();
        using var branch = new JoinBranch(
            small.Trunk, small.Recogniser.Input, Resolution.Of(14), small.Trunk.JoinAt(Resolution.Of(14)), new BranchShape { Blocks = blocks }, new TailChoice { Rank = 2 }).MoveTo(Meta);

        Assert.Equal(DeviceType.META, branch.Device.type);
        Assert.All(branch.Weights, weight => Assert.Equal((DeviceType.META, true), (weight.Tensor.device_type, weight.Kind is WeightKind.RunningMean or WeightKind.RunningVariance || weight.IsParameter)));
    }

    [Fact]
    public void What_a_recogniser_says_is_learnt_where_the_branch_is()
    {
        using var scope = NewDisposeScope();
        var options = new RecogniserLossOptions { RelationFaces = 4 };
        using var seen = SeenFaces.Of(options, items: 10, size: 8, Meta)!;

        seen.Remember([1, 5], zeros(2, 8, device: Meta));
        var loss = new RecogniserDistillation(options).Loss(null, null, zeros(2, 8, device: Meta), zeros(2, 8, device: Meta), seen.Rows);

        Assert.Equal((DeviceType.META, DeviceType.META), (loss.Total.device_type, loss.Relation!.device_type));
    }

    [Fact]
    public void Weights_keep_their_values_and_their_place_in_the_network_when_they_move()
    {
        using var scope = NewDisposeScope();
        using var trunk = Network("iresnet10");
        var weight = trunk.Weights.First();

        // To the processor, where they are, nothing is copied; elsewhere, whoever holds the weight sees the new tensor.
        var handle = weight.Tensor;
        trunk.MoveTo(CPU);
        Assert.Same(handle, weight.Tensor);
        trunk.MoveTo(Meta);

        Assert.Equal(DeviceType.META, trunk.Device.type);
        Assert.Equal(DeviceType.META, weight.Tensor.device_type);
        Assert.True(weight.Tensor.requires_grad);
        Assert.True(weight.IsParameter);
    }

    private static Trunk Network(string name) => new(new BackboneSpec { Name = name, Width = 8, EmbeddingSize = 16 });
}
