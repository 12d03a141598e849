using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;

namespace BTNet.Training.Tests.Data;

public sealed class JoinedSourceTests
{
    private readonly MemorySource _pictures = new(7);
    private readonly RenderedSource _drawn = new(seed: 5, identities: 4, imagesPerIdentity: 1);

    [Fact]
    public void The_second_follows_the_first_with_people_of_its_own()
    {
        var joined = new JoinedSource(_pictures, _drawn);

        Assert.Equal((11, 3 + 4), (joined.Count, joined.Identities));
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6], Enumerable.Range(0, 11).Select(joined.LabelOf));
        Assert.Equal((_pictures.NameOf(6), _drawn.NameOf(0)), (joined.NameOf(6), joined.NameOf(7)));
        Assert.Equal((_pictures.VersionOf(6), _drawn.VersionOf(3)), (joined.VersionOf(6), joined.VersionOf(10)));
        Assert.Equal((_pictures.IdentityName(2), _drawn.IdentityName(0)), (joined.IdentityName(2), joined.IdentityName(3)));
        Assert.Equal("patterns, and " + _drawn.Description, joined.Description);
    }

    [Fact]
    public void Each_picture_is_that_of_its_own_source()
    {
        var joined = new JoinedSource(_pictures, _drawn);

        Assert.Same(_pictures.Load(6), joined.Load(6));
        Assert.True(_drawn.Load(1).Pixels.SequenceEqual(joined.Load(8).Pixels));
        Assert.False(_drawn.Load(0).Pixels.SequenceEqual(joined.Load(8).Pixels));
    }
}
