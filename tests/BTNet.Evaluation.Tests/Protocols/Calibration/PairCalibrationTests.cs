using BTNet.Evaluation.Protocols.Calibration;
using BTNet.Evaluation.Tests.Protocols.Pairs;

namespace BTNet.Evaluation.Tests.Protocols.Calibration;

public sealed class PairCalibrationTests
{
    [Theory]
    [InlineData(2, 0)]
    [InlineData(0, 1)]
    public void Pairs_are_checked_on_no_parts_of_their_people(int splits, int trials)
    {
        var plan = new CalibrationPlan { CheckSplits = splits, IntervalTrials = trials };

        var fault = Assert.Throws<InputException>(() => PairCalibration.Run(new PixelEmbedder(), new string('c', 64), RenderedPairs.Set(people: 40), plan));

        Assert.Contains("cannot be checked on parts of its people", fault.Message, StringComparison.Ordinal);
    }
}
