using static TorchSharp.torch;

namespace BTNet.Training.Profiling;

/// <summary>How code that may be measured speaks to a probe, which mostly is not there.</summary>
internal static class StepProbes
{
    /// <summary>Charges a stretch of a phase that is no part's to <see cref="StepPart.Other"/>.</summary>
    public static ProbeSpan Span(this StepProbe? probe, StepPhase phase) => probe is null ? default : probe.Enter(phase, StepPart.Other);

    /// <summary>Charges a stretch to a part, in the phase where it belongs.</summary>
    public static ProbeSpan Span(this StepProbe? probe, StepPart part) => probe is null ? default : probe.Enter(PhaseOf(part), part);

    /// <summary>Runs a part of the forward pass, and lets the backward pass through it be charged to it as well.</summary>
    public static T Run<T>(this StepProbe? probe, StepPart part, Func<T> run)
    {
        if (probe is null) return run();
        T result;
        using (probe.Span(part)) result = run();
        probe.Mark(part);
        return result;
    }

    /// <summary>The backward pass.</summary>
    public static void Backward(this StepProbe? probe, Tensor loss)
    {
        if (probe is null) loss.backward();
        else probe.RunBackward(loss);
    }

    private static StepPhase PhaseOf(StepPart part) => part switch
    {
        StepPart.Clipping or StepPart.Optimizer or StepPart.ClassifierOptimizer => StepPhase.Optimizer,
        StepPart.DataWait or StepPart.InputTensor => StepPhase.Data,
        StepPart.Other => StepPhase.Rest,
        _ => StepPhase.Forward
    };
}
