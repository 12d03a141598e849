using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Losses;

public sealed class SeenFacesTests
{
    private static readonly RecogniserLossOptions Four = new() { RelationFaces = 4 };

    [Fact]
    public void The_last_that_was_seen_of_a_place_is_kept_as_a_unit_vector_and_the_rest_are_zeros()
    {
        using var scope = NewDisposeScope();
        using var seen = SeenFaces.Of(Four, items: 10, size: 2, CPU)!;
        Assert.Equal([4, 2], seen.Rows.shape);

        // Items 1, 5 and 9 share a place where there are four.
        seen.Remember([1, 2], tensor(new float[] { 3, 4, 0, 2 }, [2, 2]));
        Assert.Equal([0, 0, 0.6f, 0.8f, 0, 1, 0, 0], Rows(seen));
        seen.Remember([9, 0], tensor(new float[] { -5, 0, 0, -1 }, [2, 2]));
        Assert.Equal([0, -1, -1, 0, 0, 1, 0, 0], Rows(seen));
    }

    [Fact]
    public void Faces_that_were_not_seen_yet_are_as_like_to_one_as_to_another()
    {
        using var scope = NewDisposeScope();
        using var seen = SeenFaces.Of(Four, items: 10, size: 2, CPU)!;
        var (branch, teacher) = (tensor(new float[] { 1, 0, 0, 1 }, [2, 2]), tensor(new float[] { 0, 1, 1, 0 }, [2, 2]));
        double Relation(Tensor mine) => new RecogniserDistillation(Four).Loss(null, null, mine, teacher, seen.Rows).Relation!.item<float>();

        // Whoever is like the teacher is so beside them, too.
        Assert.Equal(0, Relation(teacher), 1e-6);
        Assert.InRange(Relation(branch), 1, 100);
    }

    [Fact]
    public void There_are_no_more_places_than_pictures_and_none_where_nothing_is_compared_with()
    {
        using var few = SeenFaces.Of(Four, items: 3, size: 2, CPU);
        Assert.Equal([3, 2], few!.Rows.shape);
        Assert.Null(SeenFaces.Of(Four with { RelationFaces = 0 }, 3, 2, CPU));
        Assert.Null(SeenFaces.Of(Four with { Relation = 0 }, 3, 2, CPU));
    }

    private static float[] Rows(SeenFaces seen) => [.. seen.Rows.data<float>().ToArray().Select(value => MathF.Round(value, 5) + 0f)];
}
