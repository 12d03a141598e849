using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>How training pictures are varied and reduced. What is drawn depends on seed, epoch and item alone.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Mirror half of the pictures left to right. Default true.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Move each picture by up to this far in each direction, its edge repeated; in pixels of a face of 112 x 112, and
    /// rounded to whole pixels of the picture's own size. 0 to 56; default 0.
    /// </summary>
    public double ShiftPixels { get; init; }

    /// <summary>
    /// Reduce each picture by a kernel drawn from bilinear, bicubic, area and nearest, in place of
    /// <see cref="Kernel"/>, so that a network does not learn one kernel's artefacts. Default false.
    /// </summary>
    public bool RandomKernel { get; init; }

    /// <summary>The kernel that pictures are reduced by. Default antialiased bilinear.</summary>
    public ResampleKernel Kernel { get; init; } = ResampleKernel.Bilinear;

    /// <summary>Make each picture brighter or darker by up to this share: 0.2 multiplies by 0.8 to 1.2. 0 to 1; default 0.</summary>
    public double BrightnessJitter { get; init; }

    /// <summary>
    /// How many views of each picture there are, a view being its flip, shift and brightness; 0 for a new one at each epoch.
    /// Each view is shown once before any is shown again; kernel and resolution are drawn at each epoch still. What a branch's
    /// teacher makes of a view is computed once and kept (<c>run.teacherCacheMegabytes</c>), which makes all epochs beyond as
    /// many as there are views much quicker. 0 to 1000; default 0.
    /// </summary>
    public int Views { get; init; }

    /// <summary>What is wrong with these options, a sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (!(ShiftPixels is >= 0 and <= 56)) faults.Add($"ShiftPixels is {ShiftPixels}, expected 0 to 56");
        if (!(BrightnessJitter is >= 0 and <= 1)) faults.Add($"BrightnessJitter is {BrightnessJitter}, expected 0 to 1");
        if (!Enum.IsDefined(Kernel)) faults.Add($"Kernel is {Kernel}, expected one of {string.Join(", ", Enum.GetNames<ResampleKernel>())}");
        if (Views is < 0 or > 1000) faults.Add($"Views is {Views}, expected 0 to 1000");
        return faults;
    }
}
