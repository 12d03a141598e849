using BTNet.Embeddings;
using BTNet.Resolutions;
using FsCheck;
using FsCheck.Xunit;

namespace BTNet.Tests.Embeddings;

public sealed class FaceEmbeddingTests
{
    [Fact]
    public void Likeness_is_the_cosine_whatever_the_lengths()
    {
        Assert.Equal(1, Of(1, 2, 3).Similarity(Of(10, 20, 30)), 1e-6);
        Assert.Equal(-1, Of(1, 2, 3).Similarity(Of(-1, -2, -3)), 1e-6);
        Assert.Equal(0, Of(1, 0).Similarity(Of(0, 5)), 1e-6);
        Assert.Equal(Math.Sqrt(0.5), Of(1, 0).Similarity(Of(1, 1)), 1e-6);
        Assert.Equal(5, Of(3, 4).Norm, 1e-6);
    }

    [Fact]
    public void Zeros_are_like_nothing() => Assert.Equal(0, Of(0, 0).Similarity(Of(1, 2)));

    [Fact]
    public void Embeddings_of_two_models_do_not_compare() => Assert.Throws<ArgumentException>(() => Of(1, 2).Similarity(Of(1, 2, 3)));

    [Property]
    public void It_is_within_its_range_and_the_same_from_both_sides(NormalFloat a, NormalFloat b, NormalFloat c, NormalFloat d)
    {
        // Within what networks give; squares of more do not fit 32 bits.
        static float Number(NormalFloat value) => (float)Math.Clamp(value.Get, -1e6, 1e6);
        var (left, right) = (Of(Number(a), Number(b)), Of(Number(c), Number(d)));
        Assert.InRange(left.Similarity(right), -1, 1);
        Assert.Equal(left.Similarity(right), right.Similarity(left));
        Assert.True(left.Norm == 0 || left.Similarity(left) > 0.99999);
    }

    private static FaceEmbedding Of(params float[] values) => new(values, new BranchChoice(Resolution.Full, 112, 112, null, null));
}
