using System.Globalization;
using BTNet.Training.Schedules;
using BTNet.Training.Tests.Losses;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Schedules;

public sealed class ScheduleTests
{
    [Fact]
    public void The_polynomial_schedule_is_the_references_at_every_recorded_step()
    {
        var golden = LossGolden.Read("schedule");
        var schedule = new PolynomialSchedule(
            golden.GetProperty("base_lr").GetDouble(), golden.GetProperty("max_steps").GetInt64(), golden.GetProperty("warmup_steps").GetInt64());
        var steps = golden.GetProperty("lr_at_step").EnumerateObject().ToList();
        Assert.NotEmpty(steps);
        foreach (var step in steps)
            Assert.Equal(step.Value.GetDouble(), schedule.At(long.Parse(step.Name, CultureInfo.InvariantCulture)), 1e-9);
    }

    [Property]
    public Property Rates_rise_to_the_base_rate_at_the_end_of_the_warm_up_then_fall_and_never_leave_their_range() =>
        Prop.ForAll(
            (from max in Gen.Choose(1, 500)
             from warm in Gen.Choose(0, max - 1)
             select (max, warm)).ToArbitrary(),
            c =>
            {
                foreach (ISchedule schedule in new ISchedule[] { new PolynomialSchedule(0.2, c.max, c.warm), new CosineSchedule(0.2, c.max, c.warm, 0.1) })
                {
                    Assert.Equal(0.2, schedule.At(c.warm), 1e-12);
                    for (var step = 1; step <= c.max; step++)
                    {
                        var (before, now) = (schedule.At(step - 1), schedule.At(step));
                        Assert.InRange(now, 0, 0.2 + 1e-12);
                        Assert.True(step <= c.warm ? now > before : now < before, $"step {step}: {before} then {now}");
                    }

                    Assert.Equal(schedule.At(c.max), schedule.At(c.max + 1000L));
                }
            });

    [Fact]
    public void The_cosine_schedule_is_half_way_down_in_the_middle_and_ends_at_its_share()
    {
        var schedule = new CosineSchedule(1, maxSteps: 110, warmUpSteps: 10, finalShare: 0.2);
        Assert.Equal(0.5, schedule.At(5), 1e-12);
        Assert.Equal(0.6, schedule.At(60), 1e-12);
        Assert.Equal(0.2, schedule.At(110), 1e-12);
    }

    [Fact]
    public void A_power_of_one_falls_in_a_straight_line() =>
        Assert.Equal(0.75, new PolynomialSchedule(1, maxSteps: 100, power: 1).At(25), 1e-12);

    [Fact]
    public void The_constant_schedule_stays()
    {
        var schedule = new ConstantSchedule(0.02);
        Assert.Equal(0.02, schedule.At(0));
        Assert.Equal(0.02, schedule.At(1_000_000_000_000));
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialSchedule(double.NaN, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialSchedule(0.1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialSchedule(0.1, 10, warmUpSteps: 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PolynomialSchedule(0.1, 10, power: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(0.1, 10, finalShare: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(0.1, 10).At(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(0.1).At(-1));
    }
}
