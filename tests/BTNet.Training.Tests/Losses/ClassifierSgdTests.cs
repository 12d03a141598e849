using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

public sealed class ClassifierSgdTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_every_row_it_is_torchs_sgd(bool rowsNamed)
    {
        using var scope = NewDisposeScope();
        var ours = CosineClassifier.FromWeight(LossGolden.Weight());
        var theirs = CosineClassifier.FromWeight(LossGolden.Weight());
        using var sgd = new ClassifierSgd(ours, momentum: 0.9, weightDecay: 5e-4);
        using var torchs = optim.SGD(theirs.parameters(), 0.1, momentum: 0.9, weight_decay: 5e-4);
        var rows = rowsNamed ? arange(LossGolden.Classes, ScalarType.Int64) : null;
        for (var step = 0; step < 10; step++)
        {
            sgd.ZeroGrad();
            torchs.zero_grad();
            Backward(ours);
            Backward(theirs);
            sgd.Step(0.1, rows);
            torchs.step();
        }

        LossGolden.AssertClose(LossGolden.Values(theirs.Weight), LossGolden.Values(ours.Weight), 1e-6);
        Assert.NotEqual(LossGolden.Values(LossGolden.Weight()), LossGolden.Values(ours.Weight));
    }

    [Fact]
    public void Rows_left_out_keep_weight_and_momentum_bit_for_bit_and_the_others_move_as_in_a_classifier_of_their_own()
    {
        using var scope = NewDisposeScope();
        var classifier = CosineClassifier.FromWeight(LossGolden.Weight());
        using var sgd = new ClassifierSgd(classifier, 0.9, 0.1);
        Backward(classifier);
        sgd.Step(0.1);
        var weight = LossGolden.Values(classifier.Weight);
        var momentum = LossGolden.Values(sgd.MomentumBuffer);
        var chosen = new long[] { 0, 1, 3, 5, 9 };
        var rows = tensor(chosen);
        var part = CosineClassifier.FromWeight(classifier.Weight.index_select(0, rows));
        using var partSgd = new ClassifierSgd(part, 0.9, 0.1);
        partSgd.Restore(sgd.MomentumBuffer.index_select(0, rows));

        sgd.ZeroGrad();
        Backward(classifier, rows);
        sgd.Step(0.1, rows);
        Backward(part, rows: null, [0, 2, 2, 4, 3, 1]);
        partSgd.Step(0.1);

        var after = LossGolden.Values(classifier.Weight);
        var momentumAfter = LossGolden.Values(sgd.MomentumBuffer);
        foreach (var row in Enumerable.Range(0, LossGolden.Classes).Where(row => !chosen.Contains(row)))
        {
            var range = (row * LossGolden.Size)..((row + 1) * LossGolden.Size);
            Assert.Equal(weight[range], after[range]);
            Assert.Equal(momentum[range], momentumAfter[range]);
        }

        LossGolden.AssertClose(LossGolden.Values(part.Weight), LossGolden.Values(classifier.Weight.index_select(0, rows)), 1e-6);
        LossGolden.AssertClose(LossGolden.Values(partSgd.MomentumBuffer), LossGolden.Values(sgd.MomentumBuffer.index_select(0, rows)), 1e-6);
    }

    [Fact]
    public void A_run_resumed_from_weight_and_momentum_goes_on_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var sampler = new PartialFcSampler(LossGolden.Classes, 0.7, seed: 3);
        var unbroken = CosineClassifier.FromWeight(LossGolden.Weight());
        using var unbrokenSgd = new ClassifierSgd(unbroken);
        for (var step = 0; step < 4; step++) Step(unbroken, unbrokenSgd, sampler, step);
        var resumed = CosineClassifier.FromWeight(unbroken.Weight);
        using var resumedSgd = new ClassifierSgd(resumed);
        resumedSgd.Restore(unbrokenSgd.MomentumBuffer);
        for (var step = 4; step < 9; step++)
        {
            Step(unbroken, unbrokenSgd, sampler, step);
            Step(resumed, resumedSgd, new PartialFcSampler(LossGolden.Classes, 0.7, seed: 3), step);
        }

        Assert.Equal(LossGolden.Values(unbroken.Weight), LossGolden.Values(resumed.Weight));
        Assert.Equal(LossGolden.Values(unbrokenSgd.MomentumBuffer), LossGolden.Values(resumedSgd.MomentumBuffer));
    }

    [Fact]
    public void Momentum_of_another_classifier_is_refused()
    {
        using var scope = NewDisposeScope();
        using var sgd = new ClassifierSgd(CosineClassifier.FromWeight(LossGolden.Weight()));
        var refused = Assert.Throws<InputException>(() => sgd.Restore(zeros(11, LossGolden.Size)));
        Assert.Contains("[11, 16]", refused.Message, StringComparison.Ordinal);
        Assert.Contains("[10, 16]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_without_gradient_is_refused()
    {
        using var classifier = new CosineClassifier(3, 4, seed: 1);
        using var sgd = new ClassifierSgd(classifier);
        Assert.Throws<InvalidOperationException>(() => sgd.Step(0.1));
    }

    private static void Step(CosineClassifier classifier, ClassifierSgd sgd, PartialFcSampler sampler, int step)
    {
        using var scope = NewDisposeScope();
        var sample = sampler.Sample(tensor(LossGolden.Labels), step);
        sgd.ZeroGrad();
        Backward(classifier, sample.Classes, sample.Labels.data<long>().ToArray());
        sgd.Step(0.1, sample.Classes);
    }

    // Rows 0, 1, 3, 5 and 9 are the batch's identities; among themselves they are numbered as in their order.
    private static void Backward(CosineClassifier classifier, Tensor? rows = null, long[]? labels = null)
    {
        using var scope = NewDisposeScope();
        var embeddings = LossGolden.Embeddings();
        labels ??= rows is null ? LossGolden.Labels : [0, 2, 2, 4, 3, 1];
        new ArcFaceLoss().Loss(embeddings, classifier.Cosines(embeddings, rows), tensor(labels)).backward();
    }
}
