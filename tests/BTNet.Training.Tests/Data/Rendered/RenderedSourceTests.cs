using BTNet.Training.Data.Rendered;

namespace BTNet.Training.Tests.Data.Rendered;

public sealed class RenderedSourceTests
{
    [Fact]
    public void Counts_labels_and_names_fit_together()
    {
        var source = new RenderedSource(seed: 4, identities: 5, imagesPerIdentity: 3, firstIdentity: 100);
        Assert.Equal((15, 5), (source.Count, source.Identities));
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], Enumerable.Range(0, 15).Select(source.LabelOf));
        Assert.Equal("synthetic-00104", source.IdentityName(4));
        Assert.Equal("synthetic-00101/0002", source.NameOf(5));
        Assert.Equal(15, Enumerable.Range(0, 15).Select(source.NameOf).Distinct().Count());
        Assert.Contains("synthetic", source.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Disjoint_ranges_share_no_person()
    {
        var (training, heldOut) = (new RenderedSource(4, 30, 2), new RenderedSource(4, 30, 2, firstIdentity: 30));
        var pictures = Enumerable.Range(0, 60).SelectMany(i => new[] { training.Load(i), heldOut.Load(i) }).Select(face => Convert.ToHexString(face.Pixels));
        Assert.Equal(120, pictures.Distinct().Count());
        Assert.Empty(Enumerable.Range(0, 30).Select(training.IdentityName).Intersect(Enumerable.Range(0, 30).Select(heldOut.IdentityName)));
    }

    [Fact]
    public void Where_a_range_starts_changes_nobody_in_it()
    {
        var (whole, part) = (new RenderedSource(4, 10, 3), new RenderedSource(4, 2, 3, firstIdentity: 7));
        Assert.Equal(whole.NameOf(23), part.NameOf(2));
        Assert.Equal(whole.Load(23).Pixels.ToArray(), part.Load(2).Pixels.ToArray());
    }

    [Fact]
    public void More_pictures_of_each_leave_the_first_ones_as_they_were() =>
        Assert.Equal(new RenderedSource(4, 2, 3).Load(4).Pixels.ToArray(), new RenderedSource(4, 2, 9).Load(10).Pixels.ToArray());

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    public void An_item_that_is_not_there_is_refused(int index)
    {
        var source = new RenderedSource(1, 2, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Load(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.LabelOf(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.NameOf(index));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, -1)]
    [InlineData(100_000, 100_000, 0)]
    [InlineData(2, 1, int.MaxValue)]
    public void Sizes_that_make_no_source_are_refused(int identities, int images, int first) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RenderedSource(1, identities, images, first));
}
