using BTNet.Training.Devices;

namespace BTNet.Training.Recipes;

/// <summary>How precisely to compute.</summary>
public enum PrecisionChoice
{
    /// <summary>Whichever is faster on this machine.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>Convolutions and linear layers in bfloat16; weights, statistics, losses and optimizer in single precision.</summary>
    Bf16
}

/// <summary>How maps lie in memory.</summary>
public enum LayoutChoice
{
    /// <summary>Whichever is faster on this machine.</summary>
    Auto,

    /// <summary>A plane for each channel.</summary>
    Planar,

    /// <summary>The channels of a place side by side.</summary>
    ChannelsLast
}

/// <summary>What happens beside the steps: saving, judging, logging.</summary>
public sealed record RunOptions : IChecked
{
    /// <summary>Where every random choice comes from. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps between two saves of the state to resume from. Default 500.</summary>
    public int SaveEvery { get; init; } = 500;

    /// <summary>Steps between two judgements on the validation pairs; 0 for at the end only. Default 2000.</summary>
    public int EvaluateEvery { get; init; } = 2000;

    /// <summary>Steps between two lines of the log. Default 10.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Held-out pair lists (each a fold) or an InsightFace <c>.bin</c> to judge on; none for no judgement.</summary>
    public string[] ValidationPairs { get; init; } = [];

    /// <summary>Folder that the paths in the pair lists are relative to.</summary>
    public string? ValidationRoot { get; init; }

    /// <summary>Resolution pairs to judge, such as <c>112x112,112x14</c>. Default: <c>112x112</c> for a trunk, and for a
    /// branch of r <c>112xr,rxr</c>.</summary>
    public string? ValidationResolutions { get; init; }

    /// <summary>How precisely to compute. Default <see cref="PrecisionChoice.Auto"/>: measured at the start, which takes a few
    /// steps' time, and kept by a run that is resumed. State it, and <see cref="Layout"/>, where two runs must agree to the
    /// last bit.</summary>
    public PrecisionChoice Precision { get; init; } = PrecisionChoice.Auto;

    /// <summary>How maps lie in memory. Default <see cref="LayoutChoice.Auto"/>, as for <see cref="Precision"/>.</summary>
    public LayoutChoice Layout { get; init; } = LayoutChoice.Auto;

    /// <summary>Which device computes: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>. Default
    /// <c>auto</c>: CUDA where this program and machine have it, each rank on a machine with a device of its own as far as they
    /// go round, else the processor. A run may go on with another device, to rounding.</summary>
    public string Device { get; init; } = DeviceChoice.Auto;

    /// <summary>Threads that prepare images; 0 for one a core. Default 0.</summary>
    public int Workers { get; init; }

    /// <summary>The most that a branch's training may keep on disk of what the teacher made of the views it has seen, in
    /// millions of bytes; a set that does not fit is trained without. Needs views that come again: <c>augmentation.views</c>, or
    /// nothing varied but the flip. 0 for none; default 4096. Of a recogniser (<see cref="ExtensionRecipe"/>, <see cref="DistilledTrunkRecipe"/>) everything is kept that it makes of the
    /// faces: what does not fit is refused, and the default is 32768.</summary>
    public int TeacherCacheMegabytes { get; init; } = 4096;

    /// <summary>Folder of that cache; null for the model's own, where it is removed when the training is done. One that is named must be another for each model; but what a recogniser made of the
    /// faces may lie there beside others, in a file that tells its recogniser, join, faces and views from every other by its name, and stays for other trainings until somebody removes it.</summary>
    public string? TeacherCacheFolder { get; init; }

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        if (SaveEvery < 1) yield return $"saveEvery: {SaveEvery} is less than 1";
        if (EvaluateEvery < 0) yield return $"evaluateEvery: {EvaluateEvery} is less than 0";
        if (LogEvery < 1) yield return $"logEvery: {LogEvery} is less than 1";
        if (DeviceChoice.TryParse(Device, out var fault) is null) yield return $"device: {fault}";
        if (Workers < 0) yield return $"workers: {Workers} is less than 0";
        if (TeacherCacheMegabytes < 0) yield return $"teacherCacheMegabytes: {TeacherCacheMegabytes} is less than 0";
    }
}
