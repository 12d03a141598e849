using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

public sealed class MarginLossTests
{
    public static TheoryData<MarginKind> Kinds => [.. Enum.GetValues<MarginKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_margin_lowers_the_targets_logit_and_a_larger_one_raises_the_loss(MarginKind kind)
    {
        using var scope = NewDisposeScope();
        var labels = tensor(LossGolden.Labels);
        var embeddings = LossGolden.Embeddings();
        var cosines = CosineClassifier.FromWeight(LossGolden.Weight()).Cosines(embeddings);

        var plain = nn.functional.cross_entropy(cosines * 64, labels).item<float>();
        var small = kind.Create(0.1).Loss(embeddings, cosines, labels).item<float>();
        var large = kind.Create(0.4).Loss(embeddings, cosines, labels).item<float>();

        Assert.True(small < large, $"{small} at m 0.1, {large} at m 0.4");
        // CurricularFace also lowers hard negatives, so it may lie below the plain loss.
        if (kind != MarginKind.CurricularFace) Assert.True(plain < small, $"{plain} without margin, {small} at m 0.1");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_finite_where_an_embedding_lies_exactly_on_its_identity_or_opposite(MarginKind kind)
    {
        using var scope = NewDisposeScope();
        var weight = LossGolden.Weight();
        var embeddings = cat([weight[..2], -weight[2..4]]).contiguous();
        embeddings.requires_grad = true;
        var classifier = CosineClassifier.FromWeight(weight);

        var loss = kind.Create().Loss(embeddings, classifier.Cosines(embeddings), tensor(new long[] { 0, 1, 2, 3 }));
        loss.backward();

        Assert.True(float.IsFinite(loss.item<float>()));
        Assert.All(LossGolden.Values(embeddings.grad!), value => Assert.True(float.IsFinite(value)));
        Assert.All(LossGolden.Values(classifier.Weight.grad!), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_restored_state_goes_on_bit_for_bit(MarginKind kind)
    {
        using var scope = NewDisposeScope();
        var labels = tensor(LossGolden.Labels);
        var classifier = CosineClassifier.FromWeight(LossGolden.Weight());
        var unbroken = kind.Create();
        var resumed = kind.Create();
        for (var step = 0; step < 6; step++)
        {
            var embeddings = LossGolden.Embeddings() * (1 + step);
            var cosines = classifier.Cosines(embeddings);
            var expected = unbroken.Loss(embeddings, cosines, labels).item<float>();
            if (step >= 3) Assert.Equal(expected, resumed.Loss(embeddings, cosines, labels).item<float>());
            if (step == 2) resumed.Restore(unbroken.State);
        }

        Assert.Equal(unbroken.State, resumed.State);
    }

    [Theory]
    [InlineData(MarginKind.ArcFace, new[] { 0.1 })]
    [InlineData(MarginKind.CurricularFace, new[] { 20.0, 100.0 })]
    [InlineData(MarginKind.AdaFace, new[] { double.NaN, 100.0 })]
    public void Another_losss_state_is_refused_with_what_to_do(MarginKind kind, double[] state)
    {
        var refused = Assert.Throws<InputException>(() => kind.Create().Restore(state));
        Assert.Contains("saved by another loss", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Two_hundred_steps_leave_no_tensor_behind(MarginKind kind)
    {
        var loss = kind.Create();
        using var classifier = new CosineClassifier(LossGolden.Classes, LossGolden.Size, seed: 1);
        using var optimizer = new ClassifierSgd(classifier);
        using var labels = tensor(LossGolden.Labels);
        var sampler = new PartialFcSampler(LossGolden.Classes, 0.6, seed: 1);
        void Step(int step)
        {
            using var embeddings = LossGolden.Embeddings();
            embeddings.requires_grad = true;
            optimizer.ZeroGrad();
            using var sample = sampler.Sample(labels, step);
            using var cosines = classifier.Cosines(embeddings, sample.Classes);
            using var value = loss.Loss(embeddings, cosines, sample.Labels);
            value.backward();
            optimizer.Step(0.01, sample.Classes);
        }

        Step(0);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 1; step <= 200; step++) Step(step);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var cosines = zeros(3, 5);
        Assert.Throws<ArgumentException>(() => new ArcFaceLoss().Loss(zeros(3, 4), cosines, zeros(2, ScalarType.Int64)));
        Assert.Throws<ArgumentException>(() => new ArcFaceLoss().Loss(zeros(2, 4), cosines, zeros(3, ScalarType.Int64)));
    }

    [Theory]
    [InlineData(-0.1, 64)]
    [InlineData(double.NaN, 64)]
    [InlineData(0.5, 0)]
    public void Margins_and_scales_out_of_range_are_refused(double margin, double scale) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurricularFaceLoss(margin, scale));
}
