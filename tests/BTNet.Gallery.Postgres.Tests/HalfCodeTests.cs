using System.Numerics.Tensors;
using FsCheck.Xunit;

namespace BTNet.Gallery.Postgres.Tests;

public sealed class HalfCodeTests
{
    [Property(MaxTest = 300)]
    public void Scores_of_half_precision_are_no_further_from_those_of_single_precision_than_the_bound(int seed)
    {
        var random = new Random(seed);
        var size = random.Next(1, 700);
        var (query, face) = (HalfCode.Unit(Drawn(random, size)), HalfCode.Unit(Drawn(random, size)));
        if (random.Next(2) == 0) face = HalfCode.Unit([.. face.Zip(query, (own, other) => other + (0.1f * own))]);
        var (code, other) = (HalfCode.Of(query), HalfCode.Of(face));
        // In double precision, and as a server adds up in single.
        var (exact, single) = (0.0, 0f);
        for (var i = 0; i < size; i++)
        {
            exact += (double)code.Memory.Span[i] * (double)other.Memory.Span[i];
            single += (float)code.Memory.Span[i] * (float)other.Memory.Span[i];
        }

        var (score, bound) = (TensorPrimitives.Dot<float>(query, face), HalfCode.ErrorOf(query, code));
        Assert.InRange(Math.Abs(score - exact), 0, bound);
        Assert.InRange(Math.Abs(score - single), 0, bound);
        Assert.InRange(bound, 0, 0.0015);
    }

    [Fact]
    public void The_bound_is_no_larger_than_it_has_to_be_by_much()
    {
        var (random, nearest) = (new Random(1), 0.0);
        for (var i = 0; i < 2_000; i++)
        {
            var query = HalfCode.Unit(Drawn(random, 16));
            var face = HalfCode.Unit([.. query.Select(value => value + (0.01f * (random.NextSingle() - 0.5f)))]);
            var (code, other) = (HalfCode.Of(query), HalfCode.Of(face));
            var score = code.Memory.Span.ToArray().Zip(other.Memory.Span.ToArray(), (a, b) => (double)a * (double)b).Sum();
            nearest = Math.Max(nearest, Math.Abs(TensorPrimitives.Dot<float>(query, face) - score) / HalfCode.ErrorOf(query, code));
        }

        Assert.InRange(nearest, 0.3, 1);
    }

    // Numbers of very different magnitude too, down to what half precision loses wholly.
    private static float[] Drawn(Random random, int size)
    {
        var spread = random.Next(12);
        var drawn = new float[size];
        for (var i = 0; i < size; i++) drawn[i] = (random.NextSingle() - 0.5f) * MathF.Pow(10, -spread * random.NextSingle());
        return drawn;
    }
}
