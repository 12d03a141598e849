using System.Diagnostics;
using BTNet.Training.Autograd;
using static TorchSharp.torch;

namespace BTNet.Training.Profiling;

/// <summary>
/// Charges every moment of a training step to one part and one phase, so that the parts add up to the step whatever it
/// does. A network's layers meet it in each pass; where there is none, nothing is measured and nothing costs. For one
/// thread, and for the CPU: an accelerator's work would be charged to whatever waits for it.
/// </summary>
public sealed class StepProbe : IDisposable
{
    private static readonly int Parts = Enum.GetValues<StepPart>().Length;
    private static readonly int Phases = Enum.GetValues<StepPhase>().Length;

    private readonly long[,] _ticks = new long[Phases, Parts];
    private readonly long[] _forward = new long[Parts];
    private readonly long[] _backward = new long[Parts];
    private readonly BackwardMarks _marks = new();
    private (StepPhase Phase, StepPart Part) _now = (StepPhase.Rest, StepPart.Other);
    private long _since;

    /// <summary>Seconds charged since the last <see cref="Reset"/>.</summary>
    public double Seconds(StepPhase phase, StepPart part) => _ticks[(int)phase, (int)part] / (double)Stopwatch.Frequency;

    /// <summary>Multiply-accumulates of a part's forward and backward passes since the last <see cref="Reset"/>.</summary>
    public (long Forward, long Backward) MultiplyAccumulates(StepPart part) => (_forward[(int)part], _backward[(int)part]);

    /// <inheritdoc />
    public void Dispose() => _marks.Dispose();

    /// <summary>Forgets what was charged.</summary>
    internal void Reset()
    {
        Array.Clear(_ticks);
        Array.Clear(_forward);
        Array.Clear(_backward);
    }

    /// <summary>A step begins.</summary>
    internal void Begin() => (_since, _now) = (Stopwatch.GetTimestamp(), (StepPhase.Rest, StepPart.Other));

    /// <summary>A step ends; what comes until the next begins is charged to nothing.</summary>
    internal void End() => Switch((StepPhase.Rest, StepPart.Other));

    /// <summary>Charges what comes until the span is disposed, spans within it apart.</summary>
    internal ProbeSpan Enter(StepPhase phase, StepPart part)
    {
        var before = _now;
        Switch((phase, part));
        return new ProbeSpan(this, before);
    }

    /// <summary>Adds to what a part computes.</summary>
    internal void Count(StepPart part, long forward, long backward)
    {
        _forward[(int)part] += forward;
        _backward[(int)part] += backward;
    }

    /// <summary>The backward pass of the part that was just run begins here.</summary>
    internal void Mark(StepPart part)
    {
        if (!is_grad_enabled()) return;
        using var span = Enter(StepPhase.Forward, StepPart.Measuring);
        _marks.Add(() => Switch((StepPhase.Backward, part)));
    }

    /// <summary>The loss's backward pass and the marks'.</summary>
    internal void RunBackward(Tensor loss)
    {
        using var span = Enter(StepPhase.Backward, StepPart.Other);
        _marks.RunBackward(loss);
    }

    /// <summary>From here on, time is another part's.</summary>
    internal void Switch((StepPhase Phase, StepPart Part) next)
    {
        var now = Stopwatch.GetTimestamp();
        _ticks[(int)_now.Phase, (int)_now.Part] += now - _since;
        (_since, _now) = (now, next);
    }
}

/// <summary>A stretch of time that is charged to one part; its end gives back to the part around it.</summary>
internal readonly ref struct ProbeSpan(StepProbe? probe, (StepPhase Phase, StepPart Part) before) : IDisposable
{
    private readonly (StepPhase Phase, StepPart Part) _before = before;

    public void Dispose() => probe?.Switch(_before);
}
