using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

public sealed class ResolutionPairTests
{
    [Fact]
    public void The_first_number_is_the_first_images_side()
    {
        var pair = ResolutionPair.Parse(" 112x14 ");
        Assert.Equal((Resolution.Full, Resolution.Of(14)), (pair.First, pair.Second));
        Assert.Equal("112x14", pair.ToString());
    }

    [Fact]
    public void A_list_keeps_its_order() =>
        Assert.Equal(["112x112", "112x14", "14x14"], ResolutionPair.ParseList("112x112, 112x14,14x14").Select(pair => pair.ToString()));

    [Fact]
    public void Every_fault_of_a_list_is_named_at_once()
    {
        var fault = Assert.Throws<InputException>(() => ResolutionPair.ParseList("112x112,13x14,112,7x7,7x7,ax7,"));
        Assert.Equal(5, fault.Faults.Count);
        Assert.Contains("13 is no resolution", fault.Message);
        Assert.Contains("'112' is no resolution pair", fault.Message);
        Assert.Contains("7x7 occurs twice", fault.Message);
        Assert.Contains("'a' is no resolution", fault.Message);
        Assert.Contains("'' is no resolution pair", fault.Message);
    }
}
