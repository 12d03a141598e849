using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

[Collection(nameof(TorchRandomness))]
public sealed class CosineClassifierTests
{
    [Fact]
    public void A_new_weight_is_normal_with_deviation_a_hundredth_and_follows_the_seed_alone()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(7);
        var first = new CosineClassifier(400, 64, seed: 5);
        var untouched = rand(1).item<float>();
        random.manual_seed(8);
        var second = new CosineClassifier(400, 64, seed: 5);
        var other = new CosineClassifier(400, 64, seed: 6);

        Assert.Equal(LossGolden.Values(first.Weight), LossGolden.Values(second.Weight));
        Assert.NotEqual(LossGolden.Values(first.Weight), LossGolden.Values(other.Weight));
        Assert.Equal(0.01, first.Weight.std().item<float>(), 2e-4);
        Assert.Equal(0, first.Weight.mean().item<float>(), 3e-4);
        random.manual_seed(7);
        Assert.Equal(rand(1).item<float>(), untouched);
    }

    [Fact]
    public void Cosines_ignore_lengths_and_stay_within_one()
    {
        using var scope = NewDisposeScope();
        var weight = LossGolden.Weight();
        var cosines = CosineClassifier.FromWeight(weight * 7).Cosines(weight * 0.01);
        var values = LossGolden.Values(cosines);
        Assert.All(values, value => Assert.InRange(value, -1f, 1f));
        for (var i = 0; i < LossGolden.Classes; i++) Assert.Equal(1, values[i * LossGolden.Classes + i], 1e-6);
        LossGolden.AssertClose(values, LossGolden.Values(CosineClassifier.FromWeight(weight).forward(weight)), 1e-6);
    }

    [Fact]
    public void A_zero_embedding_gives_zero_cosines_not_NaN()
    {
        using var scope = NewDisposeScope();
        var cosines = CosineClassifier.FromWeight(LossGolden.Weight()).Cosines(zeros(2, LossGolden.Size));
        Assert.All(LossGolden.Values(cosines), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_frozen_classifier_gets_no_gradient_and_passes_it_on_to_the_embeddings()
    {
        using var scope = NewDisposeScope();
        var classifier = CosineClassifier.FromWeight(LossGolden.Weight());
        classifier.Freeze();
        var embeddings = LossGolden.Embeddings();
        embeddings.requires_grad = true;

        new ArcFaceLoss().Loss(embeddings, classifier.Cosines(embeddings), tensor(LossGolden.Labels)).backward();

        Assert.True(classifier.IsFrozen);
        Assert.Null(classifier.Weight.grad);
        Assert.True(embeddings.grad!.abs().sum().item<float>() > 0);
        classifier.Unfreeze();
        Assert.False(classifier.IsFrozen);
    }

    [Fact]
    public void A_classifier_made_inside_a_scope_outlives_it_and_copies_its_weight()
    {
        CosineClassifier made;
        CosineClassifier copied;
        using (NewDisposeScope())
        {
            made = new CosineClassifier(3, 4, seed: 1);
            var weight = ones(3, 4);
            copied = CosineClassifier.FromWeight(weight);
            weight.zero_();
        }

        using (made)
        using (copied)
        {
            Assert.Equal(12, LossGolden.Values(made.Weight).Length);
            Assert.All(LossGolden.Values(copied.Weight), value => Assert.Equal(1, value));
        }
    }

    [Fact]
    public void Its_weight_is_its_only_parameter_and_is_saved_as_weight()
    {
        using var classifier = new CosineClassifier(3, 4, seed: 1);
        Assert.Equal("weight", Assert.Single(classifier.state_dict()).Key);
        Assert.Equal(3, classifier.Classes);
        Assert.Equal(4, classifier.EmbeddingSize);
    }

    [Fact]
    public void A_weight_that_is_no_float_matrix_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => CosineClassifier.FromWeight(ones(3)));
        Assert.Throws<ArgumentException>(() => CosineClassifier.FromWeight(ones(3, 3, ScalarType.Float64)));
    }
}
