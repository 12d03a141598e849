using BTNet.Training.Data.Rendered;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Data.Rendered;

public sealed class RenderedIdentityTests
{
    [Property(MaxTest = 200)]
    public void The_same_seed_and_number_give_an_equal_person(ulong seed, ushort number) =>
        Assert.Equal(RenderedIdentity.Create(seed, number), RenderedIdentity.Create(seed, number));

    [Fact]
    public void A_thousand_people_of_three_seeds_all_look_different()
    {
        // The traits differ, not the seed and number alone: the pictures do.
        var looks = new HashSet<string>();
        for (var seed = 0UL; seed < 3; seed++)
        for (var number = 0; number < 333; number++)
            looks.Add(Convert.ToHexString(RenderedFaces.Render(RenderedIdentity.Create(seed, number), 0, 24).Pixels));
        Assert.Equal(999, looks.Count);
    }

    [Fact]
    public void The_name_says_that_the_person_is_synthetic() => Assert.Equal("synthetic-00042", RenderedIdentity.Create(1, 42).Name);

    [Fact]
    public void A_negative_number_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => RenderedIdentity.Create(1, -1));
}
