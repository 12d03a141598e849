namespace BTNet.Training.Schedules;

/// <summary>The learning rate over a run: a function of the step alone, so that a resumed run needs no state of it.</summary>
public interface ISchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Counted from 0; steps past the end keep the last value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative step.</exception>
    double At(long step);
}
