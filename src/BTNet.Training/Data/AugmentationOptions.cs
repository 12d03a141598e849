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
    /// Shift by fractions of a pixel as well (<see cref="ShiftPixels"/>), bilinear in between; always so where pictures are
    /// turned, scaled or bent. Default false.
    /// </summary>
    public bool SubpixelShift { get; init; }

    /// <summary>Turn each picture about its centre by up to this many degrees in either direction, its edge repeated. 0 to 45; default 0.</summary>
    public double RotationDegrees { get; init; }

    /// <summary>Make each face larger or smaller about the picture's centre by up to this share: 0.1 scales by 0.9 to 1.1, the edge
    /// repeated. 0 to 0.5; default 0.</summary>
    public double ScaleJitter { get; init; }

    /// <summary>Bend each face smoothly, to another's as it were: the points of a grid of 5 x 5 over the picture move by up to this far in each direction, in pixels of a face of
    /// 112 x 112. What a teacher that sees the bent face says of it is right; labels are not, so that it is refused where people are told apart by them. 0 to 9, from where it would fold; default 0.</summary>
    public double BendPixels { get; init; }

    /// <summary>Bring each level nearer to the picture's mean luminance, or take it further away, by up to this share: 0.2 multiplies
    /// what lies between by 0.8 to 1.2. 0 to 1; default 0.</summary>
    public double ContrastJitter { get; init; }

    /// <summary>Bring each colour nearer to the grey of its luminance, or take it further away, by up to this share: 0.2 multiplies
    /// what lies between by 0.8 to 1.2. 0 to 1; default 0.</summary>
    public double SaturationJitter { get; init; }

    /// <summary>Multiply red, green and blue each by a factor of its own, up to this share from 1, as light and white balance do.
    /// 0 to 1; default 0.</summary>
    public double ChannelJitter { get; init; }

    /// <summary>The share of views that are grey (luminance), as cameras are in the dark. 0 to 1; default 0.</summary>
    public double GreyShare { get; init; }

    /// <summary>What else happens to a face as it is reduced for a branch; the teacher sees none of it, and a trunk's training has no
    /// use for it. Default: nothing.</summary>
    public ReductionOptions Reduction { get; init; } = new();

    /// <summary>
    /// How many views of each picture there are, a view being all of the above but kernel and reduction: flip, shift, turn, scale, bend,
    /// brightness, contrast, colour; 0 for a new one at each epoch.
    /// Each view is shown once before any is shown again; kernel and resolution are drawn at each epoch still. What a branch's
    /// teacher makes of a view is computed once and kept (<c>run.teacherCacheMegabytes</c>), which makes all epochs beyond as
    /// many as there are views much quicker. 0 to 1000; default 0.
    /// </summary>
    public int Views { get; init; }

    /// <summary>Where views are drawn from; null, the default, for the run's seed. State it, so that trainings of several seeds see the
    /// same views and share what the teacher made of them.</summary>
    public ulong? ViewSeed { get; init; }

    /// <summary>Whether a picture is resampled or coloured, rather than copied.</summary>
    internal bool Repaints => SubpixelShift || RotationDegrees > 0 || ScaleJitter > 0 || BendPixels > 0 || ContrastJitter > 0 || SaturationJitter > 0 || ChannelJitter > 0 || GreyShare > 0;

    /// <summary>What is wrong with these options, a sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (!(ShiftPixels is >= 0 and <= 56)) faults.Add($"ShiftPixels is {ShiftPixels}, expected 0 to 56");
        if (!(BrightnessJitter is >= 0 and <= 1)) faults.Add($"BrightnessJitter is {BrightnessJitter}, expected 0 to 1");
        if (!(RotationDegrees is >= 0 and <= 45)) faults.Add($"RotationDegrees is {RotationDegrees}, expected 0 to 45");
        if (!(ScaleJitter is >= 0 and <= 0.5)) faults.Add($"ScaleJitter is {ScaleJitter}, expected 0 to 0.5");
        if (!(BendPixels is >= 0 and <= 9)) faults.Add($"BendPixels is {BendPixels}, expected 0 to 9");
        if (!(ContrastJitter is >= 0 and <= 1)) faults.Add($"ContrastJitter is {ContrastJitter}, expected 0 to 1");
        if (!(SaturationJitter is >= 0 and <= 1)) faults.Add($"SaturationJitter is {SaturationJitter}, expected 0 to 1");
        if (!(ChannelJitter is >= 0 and <= 1)) faults.Add($"ChannelJitter is {ChannelJitter}, expected 0 to 1");
        if (!(GreyShare is >= 0 and <= 1)) faults.Add($"GreyShare is {GreyShare}, expected 0 to 1");
        if (!Enum.IsDefined(Kernel)) faults.Add($"Kernel is {Kernel}, expected one of {string.Join(", ", Enum.GetNames<ResampleKernel>())}");
        if (Views is < 0 or > 1000) faults.Add($"Views is {Views}, expected 0 to 1000");
        faults.AddRange(Reduction.Faults().Select(fault => $"Reduction.{fault}"));
        return faults;
    }
}
