using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class SubsetSourceTests
{
    [Fact]
    public void Identities_kept_are_numbered_anew_and_lead_to_the_same_images()
    {
        var all = new MemorySource(10);
        var subset = new SubsetSource(all, ["identity 2", "identity 0"]);
        Assert.Equal((2, 6), (subset.Identities, subset.Count));
        Assert.Equal([0, 0, 0, 1, 1, 1], Enumerable.Range(0, 6).Select(subset.LabelOf));
        Assert.Equal(["identity 0", "identity 2"], Enumerable.Range(0, 2).Select(subset.IdentityName));
        Assert.Equal("pattern 8", subset.NameOf(5));
        Assert.Same(all.Load(8), subset.Load(5));
    }

    [Fact]
    public void Identities_with_too_few_images_are_left_out()
    {
        var subset = new SubsetSource(new MemorySource(10), minimumImages: 2);
        Assert.Equal((3, 9), (subset.Identities, subset.Count));
        Assert.Equal(1, new MemorySource(10).SingleImageIdentities());
        Assert.Equal(0, subset.SingleImageIdentities());
    }

    [Fact]
    public void Unknown_identities_are_refused_by_name()
    {
        var fault = Assert.Throws<InputException>(() => new SubsetSource(new MemorySource(10), ["identity 1", "Zoe"]));
        Assert.Contains("1 of the 2 identities", fault.Message);
        Assert.Contains("Zoe", fault.Message);
    }

    [Fact]
    public void A_subset_of_nothing_is_refused() =>
        Assert.Contains("lower the minimum", Assert.Throws<InputException>(() => new SubsetSource(new MemorySource(10), minimumImages: 4)).Message);
}
