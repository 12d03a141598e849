using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

public sealed class BranchDistillationTests
{
    [Fact]
    public void The_mse_form_is_the_mean_squared_difference_weighted_by_a_half_each()
    {
        using var scope = NewDisposeScope();
        var (map, teacherMap, embedding, teacherEmbedding) = Inputs();
        using var loss = new BranchDistillation().Loss(map, teacherMap, embedding, teacherEmbedding);

        var feature = MeanSquare(map, teacherMap);
        var raw = MeanSquare(embedding, teacherEmbedding);
        Assert.Equal(feature, loss.FeatureLoss!.item<float>(), 1e-5);
        Assert.Equal(raw, loss.EmbeddingLoss.item<float>(), 1e-5);
        Assert.Equal(0.5 * feature + 0.5 * raw, loss.Total.item<float>(), 1e-5);
    }

    [Fact]
    public void The_cosine_form_compares_channel_vectors_position_by_position()
    {
        using var scope = NewDisposeScope();
        var (map, teacherMap, embedding, teacherEmbedding) = Inputs();
        using var loss = new BranchDistillation(DistillationForm.Cosine, 0.3, 2).Loss(map, teacherMap, embedding, teacherEmbedding);

        var feature = 0.0;
        for (var n = 0; n < 2; n++)
            for (var y = 0; y < 3; y++)
                for (var x = 0; x < 3; x++)
                    feature += (1 - Cosine(LossGolden.Values(map[n, .., y, x]), LossGolden.Values(teacherMap[n, .., y, x]))) / 18;
        var direction = Enumerable.Range(0, 2).Average(n => 1 - Cosine(LossGolden.Values(embedding[n]), LossGolden.Values(teacherEmbedding[n])));
        Assert.Equal(feature, loss.FeatureLoss!.item<float>(), 1e-5);
        Assert.Equal(direction, loss.EmbeddingLoss.item<float>(), 1e-5);
        Assert.Equal(0.3 * feature + 2 * direction, loss.Total.item<float>(), 1e-5);
    }

    [Fact]
    public void The_cosine_form_leaves_norms_free_and_the_mse_form_does_not()
    {
        using var scope = NewDisposeScope();
        var (_, teacherMap, _, teacherEmbedding) = Inputs();
        using var cosine = new BranchDistillation(DistillationForm.Cosine).Loss(teacherMap * 3, teacherMap, teacherEmbedding * 3, teacherEmbedding);
        using var mse = new BranchDistillation().Loss(teacherMap * 3, teacherMap, teacherEmbedding * 3, teacherEmbedding);
        Assert.Equal(0, cosine.Total.item<float>(), 1e-6);
        Assert.True(mse.Total.item<float>() > 1);
    }

    [Fact]
    public void Maps_of_no_weight_need_not_be_given_and_others_must()
    {
        using var scope = NewDisposeScope();
        var (map, teacherMap, embedding, teacherEmbedding) = Inputs();
        using var given = new BranchDistillation(featureWeight: 0).Loss(map, teacherMap, embedding, teacherEmbedding);
        using var missing = new BranchDistillation(featureWeight: 0).Loss(map, null, embedding, teacherEmbedding);
        Assert.Equal(given.Total.item<float>(), missing.Total.item<float>());
        Assert.Null(missing.FeatureLoss);
        Assert.Throws<ArgumentException>(() => new BranchDistillation().Loss(map, null, embedding, teacherEmbedding));
    }

    [Theory]
    [InlineData(DistillationForm.Mse)]
    [InlineData(DistillationForm.Cosine)]
    public void Gradient_flows_to_the_branch_and_never_to_the_teacher(DistillationForm form)
    {
        using var scope = NewDisposeScope();
        var (map, teacherMap, embedding, teacherEmbedding) = Inputs();
        foreach (var side in new[] { map, teacherMap, embedding, teacherEmbedding }) side.requires_grad = true;
        using var loss = new BranchDistillation(form).Loss(map, teacherMap, embedding, teacherEmbedding);
        loss.Total.backward();

        Assert.True(map.grad!.abs().sum().item<float>() > 0);
        Assert.True(embedding.grad!.abs().sum().item<float>() > 0);
        Assert.Null(teacherMap.grad);
        Assert.Null(teacherEmbedding.grad);
    }

    [Fact]
    public void A_dead_position_of_the_map_gives_finite_gradients_in_the_cosine_form()
    {
        using var scope = NewDisposeScope();
        var (_, teacherMap, _, teacherEmbedding) = Inputs();
        var map = zeros(2, 4, 3, 3);
        map.requires_grad = true;
        using var loss = new BranchDistillation(DistillationForm.Cosine).Loss(map, teacherMap, teacherEmbedding, teacherEmbedding);
        loss.Total.backward();
        Assert.All(LossGolden.Values(map.grad!), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Two_hundred_steps_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var (map, teacherMap, embedding, teacherEmbedding) = Inputs();
        map.requires_grad = true;
        var distillation = new BranchDistillation(DistillationForm.Cosine);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var step = 0; step < 200; step++)
        {
            using var loss = distillation.Loss(map, teacherMap, embedding, teacherEmbedding);
            loss.Total.backward();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Maps_of_different_size_are_refused_not_broadcast()
    {
        using var scope = NewDisposeScope();
        var (map, _, embedding, teacherEmbedding) = Inputs();
        Assert.Throws<ArgumentException>(() => new BranchDistillation().Loss(map, zeros(2, 4, 1, 1), embedding, teacherEmbedding));
        Assert.Throws<ArgumentException>(() => new BranchDistillation().Loss(map, map, embedding, zeros(1, 5)));
    }

    private static (Tensor Map, Tensor TeacherMap, Tensor Embedding, Tensor TeacherEmbedding) Inputs() => (
        tensor(LossGolden.Wave("map", 72), 2, 4, 3, 3), tensor(LossGolden.Wave("teacher.map", 72), 2, 4, 3, 3) * 2,
        tensor(LossGolden.Wave("embedding", 10), 2, 5), tensor(LossGolden.Wave("teacher.embedding", 10), 2, 5) * 3);

    private static double MeanSquare(Tensor a, Tensor b) =>
        LossGolden.Values(a).Zip(LossGolden.Values(b), (x, y) => (double)(x - y) * (x - y)).Average();

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
