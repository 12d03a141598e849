using BTNet.Faces;
using BTNet.Resolutions;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>How a <see cref="FaceEmbedder"/> works. Every value has a default.</summary>
public sealed record FaceEmbedderOptions
{
    /// <summary>The most that <see cref="Threads"/> may be.</summary>
    public const int MostThreads = 1024;

    private const int LargestBatch = 1024;

    /// <summary>How weights are held. Default <see cref="InferenceMode.Fast"/>.</summary>
    public InferenceMode Mode { get; init; } = InferenceMode.Fast;

    /// <summary>Which number stands for a face's size. Default <see cref="SizeIndicator.Max"/>, the paper's.</summary>
    public SizeIndicator Indicator { get; init; } = SizeIndicator.Max;

    /// <summary>Which branch a size between two goes to. Default <see cref="LadderRule.Ceil"/>, the paper's.</summary>
    public LadderRule Rule { get; init; } = LadderRule.Ceil;

    /// <summary>How a face is brought to the branch's size. Default <see cref="ResampleKernel.Bilinear"/>, which the networks here were
    /// trained with.</summary>
    public ResampleKernel Kernel { get; init; } = ResampleKernel.Bilinear;

    /// <summary>Threads that one call computes with, 1 to <see cref="MostThreads"/>; 0, the default, for as many as the machine has cores. Where many calls
    /// come at once, one thread each gives the most faces a second.</summary>
    public int Threads { get; init; }

    /// <summary>Faces that go through a network at once, 1 to 1024; 0, the default, for what measured best at each resolution.</summary>
    public int BatchSize { get; init; }

    /// <summary>Whether the networks in 8-bit integers are used, which <c>btnet quantize</c> adds to a package. They
    /// have one form, whatever <see cref="Mode"/> says, but that several threads take faces of their own, except in
    /// <see cref="InferenceMode.Standard"/>. A resolution that is given lone faces and several at once then has two sessions, one for
    /// each, and holds its weights twice. Default false.</summary>
    public bool Int8 { get; init; }

    /// <summary>Whether the SHA-256 of every file is compared with what the package says, which reads all of it. Default true.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>Called with the options of each session before it is made, such as to append an execution provider; null, the
    /// default, for nothing. With providers other than the processor's, <see cref="InferenceMode.Standard"/> is the mode to choose.</summary>
    public Action<SessionOptions>? Configure { get; init; }

    /// <summary>Every fault of these options, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Mode)) yield return $"Mode is {Mode}, expected one of {string.Join(", ", Enum.GetNames<InferenceMode>())}";
        if (!Enum.IsDefined(Indicator)) yield return $"Indicator is {Indicator}, expected one of {string.Join(", ", Enum.GetNames<SizeIndicator>())}";
        if (!Enum.IsDefined(Rule)) yield return $"Rule is {Rule}, expected one of {string.Join(", ", Enum.GetNames<LadderRule>())}";
        if (!Enum.IsDefined(Kernel)) yield return $"Kernel is {Kernel}, expected one of {string.Join(", ", Enum.GetNames<ResampleKernel>())}";
        if (Threads is < 0 or > MostThreads) yield return $"Threads is {Threads}, expected 0 to {MostThreads}";
        if (BatchSize is < 0 or > LargestBatch) yield return $"BatchSize is {BatchSize}, expected 0 to {LargestBatch}";
    }
}
