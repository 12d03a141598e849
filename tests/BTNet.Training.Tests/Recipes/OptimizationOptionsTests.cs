using BTNet.Training.Recipes;

namespace BTNet.Training.Tests.Recipes;

public sealed class OptimizationOptionsTests
{
    [Theory]
    [InlineData(1, 1, 0.9)]
    [InlineData(1, 3, 0.99)]
    [InlineData(2, 1, 1.6)]
    public void A_warm_up_that_rounds_to_the_whole_of_a_short_run_leaves_a_step_behind_it(int epochs, int stepsInEpoch, double warmUpEpochs)
    {
        foreach (var kind in Enum.GetValues<ScheduleKind>())
        {
            var options = new OptimizationOptions { Epochs = epochs, WarmUpEpochs = warmUpEpochs, Schedule = kind };
            Assert.Empty(options.Faults());

            Assert.Equal(options.LearningRate, options.Create(stepsInEpoch).At((epochs * stepsInEpoch) - 1));
        }
    }

    [Fact]
    public void Every_schedule_ends_the_warm_up_at_the_highest_rate()
    {
        foreach (var kind in new[] { ScheduleKind.Polynomial, ScheduleKind.Cosine })
        {
            var schedule = new OptimizationOptions { Epochs = 10, WarmUpEpochs = 1.5, Schedule = kind, LearningRate = 0.2 }.Create(100);
            Assert.Equal(0, schedule.At(0));
            Assert.Equal(0.1, schedule.At(75), 1e-12);
            Assert.Equal(0.2, schedule.At(150), 1e-12);
            Assert.InRange(schedule.At(999), 0, 0.001);
        }
    }
}
