using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

public sealed class RecogniserDistillationTests
{
    private static readonly RecogniserLossOptions Options = new();

    [Fact]
    public void Nothing_is_lost_where_the_branch_gives_what_the_teacher_gives()
    {
        using var scope = NewDisposeScope();
        var (map, embeddings) = (Numbers(1, 4, 3, 5, 5), Numbers(2, 4, 8));

        // Embeddings are compared by their direction alone.
        var loss = new RecogniserDistillation(Options).Loss(map, map.to(ScalarType.Float32), embeddings.mul(tensor(3f)), embeddings, nn.functional.normalize(Numbers(3, 6, 8), dim: 1));

        foreach (var part in new[] { loss.Embedding, loss.Map!, loss.Relation!, loss.Total }) Assert.Equal(0, part.item<float>(), 1e-5);
    }

    [Fact]
    public void The_total_is_the_weighted_sum_and_every_part_grows_with_the_distance()
    {
        using var scope = NewDisposeScope();
        var options = new RecogniserLossOptions { Embedding = 2, Map = 0.25, Relation = 0.5 };
        RecogniserLoss At(float distance) => new RecogniserDistillation(options).Loss(
            Numbers(1, 4, 3, 5, 5).add(Numbers(5, 4, 3, 5, 5).mul(tensor(distance))), Numbers(1, 4, 3, 5, 5), Numbers(2, 4, 8).add(Numbers(6, 4, 8).mul(tensor(distance))), Numbers(2, 4, 8), null);

        var (near, far) = (At(0.2f), At(0.8f));

        foreach (var loss in new[] { near, far })
            Assert.Equal((2 * loss.Embedding.item<float>()) + (0.25 * loss.Map!.item<float>()) + (0.5 * loss.Relation!.item<float>()), loss.Total.item<float>(), 1e-5);
        Assert.True(near.Embedding.item<float>() < far.Embedding.item<float>() && near.Map!.item<float>() < far.Map!.item<float>() && near.Relation!.item<float>() < far.Relation!.item<float>());
        Assert.True(near.Embedding.item<float>() > 0 && near.Map!.item<float>() > 0 && near.Relation!.item<float>() > 0);
    }

    [Fact]
    public void Gradients_flow_to_the_branch_and_never_to_the_teacher()
    {
        using var scope = NewDisposeScope();
        var (map, embeddings) = (Numbers(1, 4, 3, 5, 5).requires_grad_(), Numbers(2, 4, 8).requires_grad_());
        var (teacherMap, teacher) = (Numbers(3, 4, 3, 5, 5).to(ScalarType.Float16), Numbers(4, 4, 8));

        new RecogniserDistillation(Options).Loss(map, teacherMap, embeddings, teacher, nn.functional.normalize(Numbers(7, 6, 8), dim: 1)).Total.backward();

        Assert.True(map.grad!.abs().sum().item<float>() > 0);
        Assert.True(embeddings.grad!.abs().sum().item<float>() > 0);
        Assert.All(new[] { teacherMap, teacher }, tensor => Assert.False(tensor.requires_grad));
    }

    [Fact]
    public void A_channel_that_is_always_alike_in_the_teacher_does_not_outweigh_the_others()
    {
        using var scope = NewDisposeScope();
        var teacher = Numbers(1, 4, 4, 5, 5);
        teacher[TensorIndex.Colon, 2].fill_(1);
        var map = teacher.clone();
        map[TensorIndex.Colon, 2].add_(tensor(0.1f));

        var dead = Lost(map, teacher);
        var everyOther = teacher.clone();
        everyOther[TensorIndex.Colon, 1].add_(tensor(0.1f));

        Assert.True(double.IsFinite(dead));
        // Its variance is taken for a tenth of the mean: so at the most some ten times and more as heavy as one that varies.
        Assert.InRange(dead / Lost(everyOther, teacher), 1, 20);
        // And where the teacher says the same everywhere, it is a number still.
        Assert.True(double.IsFinite(Lost(map, zeros_like(teacher))));

        double Lost(Tensor branch, Tensor of) => new RecogniserDistillation(Options).Loss(branch, of, Numbers(2, 4, 8), Numbers(2, 4, 8), null).Map!.item<float>();
    }

    [Fact]
    public void Channels_weigh_alike_whatever_their_range()
    {
        using var scope = NewDisposeScope();
        var (teacher, difference) = (Numbers(1, 4, 1, 6, 6), Numbers(2, 4, 1, 6, 6));
        double Lost(float range) => new RecogniserDistillation(Options).Loss(teacher.add(difference).mul(tensor(range)), teacher.mul(tensor(range)), Numbers(2, 4, 8), Numbers(2, 4, 8), null).Map!.item<float>();

        Assert.Equal(Lost(1), Lost(100), Lost(1) / 1000);
    }

    [Fact]
    public void Relations_are_to_the_others_of_the_step_and_to_those_seen_before()
    {
        using var scope = NewDisposeScope();
        var (branch, teacher) = (Numbers(1, 4, 8), Numbers(2, 4, 8));
        double Relation(Tensor? others) => new RecogniserDistillation(Options).Loss(zeros(1), null, branch, teacher, others).Relation!.item<float>();

        // By hand, in double precision.
        var (b, t) = (nn.functional.normalize(branch.to(ScalarType.Float64), dim: 1), nn.functional.normalize(teacher.to(ScalarType.Float64), dim: 1));
        var others = nn.functional.normalize(Numbers(3, 6, 8), dim: 1);
        Assert.Equal(ByHand(b, t, t), Relation(null), 1e-5);
        Assert.Equal(ByHand(b, t, cat([t, others.to(ScalarType.Float64)])), Relation(others), 1e-5);

        static double ByHand(Tensor branch, Tensor teacher, Tensor anchors)
        {
            var sixteen = tensor(16.0);
            var (p, q) = (nn.functional.softmax(teacher.matmul(anchors.t()).mul(sixteen), 1), nn.functional.softmax(branch.matmul(anchors.t()).mul(sixteen), 1));
            return p.mul(p.log().sub(q.log())).sum(1).mean().item<double>();
        }
    }

    [Fact]
    public void Squared_distances_are_in_units_of_the_teachers_mean_square_and_see_lengths()
    {
        using var scope = NewDisposeScope();
        var options = new RecogniserLossOptions { Distance = EmbeddingDistance.Squared, Map = 0, Relation = 0 };
        double Lost(Tensor mine, Tensor teacher) => new RecogniserDistillation(options).Loss(null, null, mine, teacher, null).Total.item<float>();
        var (branch, teacher) = (Numbers(1, 4, 8), Numbers(2, 4, 8));

        // By hand, in double precision.
        var (b, t) = (Doubles(branch), Doubles(teacher));
        Assert.Equal(b.Zip(t, (x, y) => (x - y) * (x - y)).Sum() / t.Sum(y => y * y), Lost(branch, teacher), 1e-5);

        Assert.Equal(Lost(branch, teacher), Lost(branch.mul(tensor(30f)), teacher.mul(tensor(30f))), 1e-4);
        Assert.Equal(1, Lost(teacher.mul(tensor(2f)), teacher), 1e-5);
        Assert.Equal(0, Lost(teacher, teacher), 1e-6);

        static double[] Doubles(Tensor values) => [.. values.data<float>().ToArray().Select(value => (double)value)];
    }

    [Fact]
    public void Who_a_face_is_of_is_asked_among_the_people_that_there_are()
    {
        using var scope = NewDisposeScope();
        var options = new RecogniserLossOptions { Map = 0, Relation = 0, Embedding = 0, People = 0.5 };
        var (branch, teacher, means, labels) = (Numbers(1, 4, 8).requires_grad_(), Numbers(2, 4, 8), nn.functional.normalize(Numbers(3, 6, 8), dim: 1), new[] { 5L, 0, 0, 2 });

        var loss = new RecogniserDistillation(options).Loss(null, null, branch, teacher, null, (means, tensor(labels)));
        loss.Total.backward();

        // By hand, in double precision.
        var cosines = nn.functional.normalize(branch.detach().to(ScalarType.Float64), dim: 1).matmul(means.to(ScalarType.Float64).t()).mul(tensor(16.0));
        var chances = nn.functional.softmax(cosines, 1);
        var byHand = labels.Select((label, row) => -Math.Log(chances[row, label].item<double>())).Average();
        Assert.Equal(byHand, loss.People!.item<float>(), 1e-5);
        Assert.Equal(0.5 * byHand, loss.Total.item<float>(), 1e-5);
        Assert.Equal(loss.People!.item<float>(), loss.Parts()["people"], 1e-6);
        Assert.True(branch.grad!.abs().sum().item<float>() > 0 && !means.requires_grad);
    }

    [Fact]
    public void Parts_of_no_weight_are_not_computed()
    {
        using var scope = NewDisposeScope();
        var loss = new RecogniserDistillation(new RecogniserLossOptions { Map = 0, Relation = 0 }).Loss(zeros(1), null, Numbers(1, 4, 8), Numbers(2, 4, 8), null, (Numbers(3, 2, 8), zeros(4, ScalarType.Int64)));

        Assert.Null(loss.Map);
        Assert.Null(loss.Relation);
        Assert.Null(loss.People);
        Assert.Equal(loss.Embedding.item<float>(), loss.Total.item<float>());
    }

    private static Tensor Numbers(int seed, params long[] shape)
    {
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, side) => product * side)).Select(_ => (float)((2 * random.NextDouble()) - 1))], shape);
    }
}
