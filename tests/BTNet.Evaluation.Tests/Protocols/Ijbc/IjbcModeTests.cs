using BTNet.Evaluation.Protocols.Ijbc;

namespace BTNet.Evaluation.Tests.Protocols.Ijbc;

public sealed class IjbcModeTests
{
    [Fact]
    public void Matches_and_aggregates_are_read_as_they_are_written()
    {
        Assert.Equal(["112x112", "112x28", "28x28", "112x14", "14x14", "112x7", "7x7"], IjbcMode.Usual.Select(mode => mode.ToString()));
        Assert.Equal(["112&112", "112&14"], IjbcMode.ParseAggregates("112&112, 112 & 14").Select(mode => mode.ToString()));
        Assert.NotEqual(IjbcMode.ParseAggregates("112&14")[0], IjbcMode.ParseMatches("112x14")[0]);
    }

    [Fact]
    public void All_that_cannot_be_read_is_told_at_once()
    {
        var said = Assert.Throws<InputException>(() => IjbcMode.ParseAggregates("112x14,13&14,14&14,14&14,")).Message;
        foreach (var part in (string[])["'112x14' is no aggregate; expected two sides such as 112&14", "13 is no resolution", "14&14 occurs twice", "'' is no aggregate"]) Assert.Contains(part, said, StringComparison.Ordinal);
    }
}
