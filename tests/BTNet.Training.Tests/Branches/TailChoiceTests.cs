using BTNet.Training.Branches;

namespace BTNet.Training.Tests.Branches;

public sealed class TailChoiceTests
{
    [Fact]
    public void Every_fault_is_told_at_once()
    {
        Assert.Equal(["change", "rank", "rate"], new TailChoice { Change = (TailChange)7, Rank = 0, Rate = double.NaN }.Faults().Select(fault => fault.Split(':')[0]));
        Assert.Equal(["rank", "rate"], new TailChoice { Rank = 257, Rate = 0 }.Faults().Select(fault => fault.Split(':')[0]));
        Assert.Empty(new TailChoice { Rank = 256, Rate = 1 }.Faults());
        Assert.Empty(new TailChoice().Faults());
    }
}
