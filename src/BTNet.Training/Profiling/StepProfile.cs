namespace BTNet.Training.Profiling;

/// <summary>Where the time of a training step goes, on average over some steps.</summary>
/// <param name="What">What is trained: <c>trunk</c>, <c>branch-14</c>.</param>
/// <param name="Steps">Steps measured.</param>
/// <param name="WarmUp">Steps before them that were not.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Threads">Torch's threads.</param>
/// <param name="StepSeconds">What each step took.</param>
/// <param name="Parts">Every part that took time; together they are the whole step.</param>
/// <param name="Peak">What the machine computes at most.</param>
/// <param name="Memory">What a step asks of memory.</param>
public sealed record StepProfile(
    string What, int Steps, int WarmUp, double Batch, int Threads, IReadOnlyList<double> StepSeconds, IReadOnlyList<PartProfile> Parts, MachinePeak Peak, MemoryProfile Memory)
{
    /// <summary>Seconds a step.</summary>
    public double Seconds => StepSeconds.Average();

    /// <summary>Images a second.</summary>
    public double ImagesPerSecond => Batch / Seconds;

    /// <summary>The share of a step, from 0 to 1, in which it waits for data; below 0.02 the loader keeps up.</summary>
    public double DataWaitShare => Parts.Where(part => part.Part == StepPart.DataWait).Sum(part => part.TotalSeconds) / Seconds;

    /// <summary>The forward passes of all parts that compute.</summary>
    public double ForwardGflops => Gflops(part => part.ForwardMultiplyAccumulates, StepPhase.Forward);

    /// <summary>The backward passes of all parts that compute.</summary>
    public double BackwardGflops => Gflops(part => part.BackwardMultiplyAccumulates, StepPhase.Backward);

    /// <summary>By what was charged to a probe.</summary>
    internal static IReadOnlyList<PartProfile> PartsOf(StepProbe probe, int steps) =>
    [
        .. from part in Enum.GetValues<StepPart>()
           let seconds = Enum.GetValues<StepPhase>().ToDictionary(phase => phase, phase => probe.Seconds(phase, part) / steps)
           where seconds.Values.Sum() > 0
           let work = probe.MultiplyAccumulates(part)
           select new PartProfile(part, seconds, work.Forward / (double)steps, work.Backward / (double)steps)
    ];

    // By the whole phase's time, norms and all: what the machine achieves in training, not in its best layer.
    private double Gflops(Func<PartProfile, double> work, StepPhase phase) => PartProfile.Gflops(Parts.Sum(work), Parts.Sum(part => part.Seconds[phase]));
}

/// <summary>A part of a step, on average.</summary>
/// <param name="Part">Which.</param>
/// <param name="Seconds">Seconds in each phase.</param>
/// <param name="ForwardMultiplyAccumulates">Of its forward pass; 0 for what multiplies no matrices.</param>
/// <param name="BackwardMultiplyAccumulates">Of its backward pass: as many for the gradient of what goes in, where there is
/// need of it, and as many for that of the weights, where they are trained.</param>
public sealed record PartProfile(StepPart Part, IReadOnlyDictionary<StepPhase, double> Seconds, double ForwardMultiplyAccumulates, double BackwardMultiplyAccumulates)
{
    /// <summary>Seconds in all phases.</summary>
    public double TotalSeconds => Seconds.Values.Sum();

    /// <summary>1e9 operations a second in the forward pass, two to a multiply-accumulate.</summary>
    public double ForwardGflops => Gflops(ForwardMultiplyAccumulates, Seconds[StepPhase.Forward]);

    /// <summary>1e9 operations a second in the backward pass, two to a multiply-accumulate.</summary>
    public double BackwardGflops => Gflops(BackwardMultiplyAccumulates, Seconds[StepPhase.Backward]);

    internal static double Gflops(double multiplyAccumulates, double seconds) => seconds > 0 ? 2e-9 * multiplyAccumulates / seconds : 0;
}

/// <summary>What training asks of memory.</summary>
/// <param name="ManagedBytesPerStep">Bytes that .NET allocates in a step, the loader's threads included.</param>
/// <param name="Collections">Garbage collections in all steps together that reached generation 0, 1 and 2; each counts in
/// those below it too.</param>
/// <param name="ResidentBytes">Bytes in physical memory at the end.</param>
/// <param name="PageFaultsPerStep">Page faults in a step; null where it is not Linux.</param>
public sealed record MemoryProfile(double ManagedBytesPerStep, IReadOnlyList<int> Collections, long ResidentBytes, double? PageFaultsPerStep)
{
    /// <summary>Between two moments.</summary>
    internal static MemoryProfile Between(ProcessMemory before, ProcessMemory after, int steps) => new(
        (after.ManagedBytes - before.ManagedBytes) / (double)steps,
        [.. after.Collections.Zip(before.Collections, (later, earlier) => later - earlier)],
        after.ResidentBytes,
        (after.PageFaults - before.PageFaults) / (double?)steps);
}
