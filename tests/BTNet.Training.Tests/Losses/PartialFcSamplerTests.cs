using BTNet.Training.Losses;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

[Collection(nameof(TorchRandomness))]
public sealed class PartialFcSamplerTests
{
    [Property(MaxTest = 200)]
    public Property A_sample_holds_every_positive_is_sorted_distinct_and_as_large_as_asked() =>
        Prop.ForAll(Cases().ToArbitrary(), c =>
        {
            using var labels = tensor(c.Labels);
            using var sample = new PartialFcSampler(c.Classes, c.Rate, c.Seed).Sample(labels, c.Step);
            var classes = sample.Classes.data<long>().ToArray();
            var columns = sample.Labels.data<long>().ToArray();

            Assert.Equal(classes.Distinct().Order(), classes);
            Assert.All(classes, label => Assert.InRange(label, 0, c.Classes - 1));
            var wanted = Math.Min(c.Classes, (int)Math.Ceiling(c.Rate * c.Classes));
            Assert.Equal(Math.Max(wanted, c.Labels.Distinct().Count()), classes.Length);
            Assert.Equal(c.Labels, columns.Select(column => classes[column]));
        });

    [Fact]
    public void A_choice_follows_seed_and_step_alone_and_changes_with_either()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 4, 90 });
        long[] Choice(long seed, long step) => new PartialFcSampler(100, 0.2, seed).Sample(labels, step).Classes.data<long>().ToArray();

        var first = Choice(3, 17);
        random.manual_seed(99);
        Assert.Equal(first, Choice(3, 17));
        Assert.NotEqual(first, Choice(3, 18));
        Assert.NotEqual(first, Choice(4, 17));
        var moved = new PartialFcSampler(100, 0.2, 3);
        moved.Sample(labels, 5);
        Assert.Equal(first, moved.Sample(labels, 17).Classes.data<long>().ToArray());
    }

    [Fact]
    public void A_choice_is_pinned_so_that_checkpoints_of_older_versions_go_on_alike()
    {
        using var scope = NewDisposeScope();
        var sample = new PartialFcSampler(1000, 0.01, seed: 42).Sample(tensor(new long[] { 500, 2, 500 }), step: 12345);
        Assert.Equal(PinnedClasses, sample.Classes.data<long>().ToArray());
        Assert.Equal(PinnedLabels, sample.Labels.data<long>().ToArray());
    }

    [Fact]
    public void Every_negative_is_equally_likely()
    {
        using var scope = NewDisposeScope();
        var sampler = new PartialFcSampler(50, 0.2, seed: 1);
        var labels = tensor(new long[] { 10 });
        var counts = new int[50];
        const int steps = 5000;
        for (var step = 0; step < steps; step++)
        {
            using var sample = sampler.Sample(labels, step);
            foreach (var label in sample.Classes.data<long>()) counts[label]++;
        }

        Assert.Equal(steps, counts[10]);
        // 9 of 49 negatives a step; five standard deviations of a binomial.
        var share = 9.0 / 49;
        var bound = 5 * Math.Sqrt(steps * share * (1 - share));
        for (var label = 0; label < 50; label++)
            if (label != 10) Assert.InRange(counts[label], steps * share - bound, steps * share + bound);
    }

    [Fact]
    public void Gradient_reaches_the_sampled_rows_only_and_the_loss_is_that_over_them()
    {
        using var scope = NewDisposeScope();
        var weight = LossGolden.Weight();
        var embeddings = LossGolden.Embeddings();
        var classifier = CosineClassifier.FromWeight(weight);
        var sample = new PartialFcSampler(LossGolden.Classes, 0.7, seed: 2).Sample(tensor(LossGolden.Labels), step: 0);

        var value = new ArcFaceLoss().Loss(embeddings, classifier.Cosines(embeddings, sample.Classes), sample.Labels);
        value.backward();

        var smaller = CosineClassifier.FromWeight(weight.index_select(0, sample.Classes));
        var expected = new ArcFaceLoss().Loss(embeddings, smaller.Cosines(embeddings), sample.Labels);
        Assert.Equal(expected.item<float>(), value.item<float>());
        var touched = LossGolden.Values(classifier.Weight.grad!.abs().sum(1));
        var chosen = sample.Classes.data<long>().ToArray();
        Assert.Equal(7, chosen.Length);
        for (var label = 0; label < LossGolden.Classes; label++) Assert.Equal(chosen.Contains(label), touched[label] > 0);
    }

    [Fact]
    public void A_label_that_the_classifier_lacks_is_refused_by_value()
    {
        using var labels = tensor(new long[] { 1, 10 });
        var refused = Assert.Throws<ArgumentException>(() => new PartialFcSampler(10, 0.5, 1).Sample(labels, 0));
        Assert.Contains("label 10 is not in 0 to 9", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_rate_out_of_range_is_refused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PartialFcSampler(10, rate, 1));

    private static long[] PinnedClasses => [2, 130, 194, 305, 309, 331, 500, 682, 699, 823];

    private static long[] PinnedLabels => [6, 0, 6];

    private static Gen<Case> Cases() =>
        from classes in Gen.Choose(1, 200)
        from percent in Gen.Choose(1, 100)
        from batch in Gen.Choose(1, 40)
        from labels in Gen.ArrayOf(Gen.Choose(0, classes - 1).Select(label => (long)label), batch)
        from seed in Gen.Choose(int.MinValue, int.MaxValue)
        from step in Gen.Choose(0, int.MaxValue)
        select new Case(classes, percent / 100.0, labels, seed, step);

    private sealed record Case(int Classes, double Rate, long[] Labels, long Seed, long Step);
}
