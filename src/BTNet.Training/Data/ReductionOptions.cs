namespace BTNet.Training.Data;

/// <summary>
/// What happens to a branch's face beside the kernel that reduces it: what makes a face small in a photograph of a camera, unlike a
/// large face that a program reduced. Everything is drawn for each face at each epoch; the teacher sees nothing of it. In this
/// order: the crop, blur and reduction in one; brightness; noise; JPEG; and, where the face is smaller than the branch's resolution yet,
/// the bilinear enlargement that an embedder does with a face of such a size.
/// </summary>
public sealed record ReductionOptions
{
    /// <summary>The share of faces that nothing of all this happens to: they are reduced by <see cref="AugmentationOptions.Kernel"/>
    /// alone, even where other kernels are drawn. 0 to 1; default 0.</summary>
    public double CleanShare { get; init; }

    /// <summary>Reduce by bilinear, bicubic or area, each as often, in place of the kernel that
    /// <see cref="AugmentationOptions.Kernel"/> and <see cref="AugmentationOptions.RandomKernel"/> say. Default false.</summary>
    public bool SmoothKernels { get; init; }

    /// <summary>The share of faces that are reduced by a kernel that aliases, nearest or unfiltered bilinear, each as often.
    /// 0 to 1; default 0.</summary>
    public double AliasedShare { get; init; }

    /// <summary>
    /// The smallest side that a face is reduced to, as a share of the branch's resolution r; it is enlarged to r then. Sides
    /// are drawn from this to r, evenly in their logarithm: 0.57 gives a branch of 14 faces of 8 to 14 pixels. Above 0, to 1;
    /// default 1, all of r.
    /// </summary>
    public double SmallestShare { get; init; } = 1;

    /// <summary>Blur by a Gaussian whose standard deviation is drawn evenly from 0 to this, in pixels of the small face. 0 to 4;
    /// default 0.</summary>
    public double BlurPixels { get; init; }

    /// <summary>Move the branch's crop against the teacher's by up to this share of its side in each direction, its edge
    /// repeated, since detectors are imprecise on small faces. 0 to 0.5; default 0.</summary>
    public double CropShift { get; init; }

    /// <summary>Make the branch's crop larger or smaller than the teacher's by up to this share. 0 to 0.5; default 0.</summary>
    public double CropScale { get; init; }

    /// <summary>Make the branch's face brighter or darker than the teacher's by up to this share: 0.2 multiplies by 0.8 to 1.2.
    /// 0 to 1; default 0.</summary>
    public double BrightnessJitter { get; init; }

    /// <summary>Add noise to each level of the small face, nearly Gaussian, whose standard deviation is drawn evenly from 0
    /// to this, in levels of 0 to 255; partly each colour's own, by a share drawn for the face, and all grey on a grey face. 0 to 128;
    /// default 0.</summary>
    public double NoiseLevels { get; init; }

    /// <summary>The share of small faces that go through JPEG, somewhere on its grid of blocks. 0 to 1; default 0.</summary>
    public double JpegShare { get; init; }

    /// <summary>The lowest quality of JPEG, 1 (worst) to 100; qualities are drawn evenly. Default 30.</summary>
    public int JpegLowest { get; init; } = 30;

    /// <summary>The highest quality of JPEG, from <see cref="JpegLowest"/> to 100. Default 95.</summary>
    public int JpegHighest { get; init; } = 95;

    /// <summary>Whether faces are only reduced, by the kernel that <see cref="AugmentationOptions"/> say.</summary>
    internal bool IsPlain => this with { JpegLowest = Default.JpegLowest, JpegHighest = Default.JpegHighest } == Default;

    private static ReductionOptions Default { get; } = new();

    /// <summary>What is wrong with these options, a sentence each that starts with the name; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (!(CleanShare is >= 0 and <= 1)) faults.Add($"CleanShare is {CleanShare}, expected 0 to 1");
        if (!(AliasedShare is >= 0 and <= 1)) faults.Add($"AliasedShare is {AliasedShare}, expected 0 to 1");
        if (!(SmallestShare is > 0 and <= 1)) faults.Add($"SmallestShare is {SmallestShare}, expected more than 0, to 1");
        if (!(BlurPixels is >= 0 and <= 4)) faults.Add($"BlurPixels is {BlurPixels}, expected 0 to 4");
        if (!(CropShift is >= 0 and <= 0.5)) faults.Add($"CropShift is {CropShift}, expected 0 to 0.5");
        if (!(CropScale is >= 0 and <= 0.5)) faults.Add($"CropScale is {CropScale}, expected 0 to 0.5");
        if (!(BrightnessJitter is >= 0 and <= 1)) faults.Add($"BrightnessJitter is {BrightnessJitter}, expected 0 to 1");
        if (!(NoiseLevels is >= 0 and <= 128)) faults.Add($"NoiseLevels is {NoiseLevels}, expected 0 to 128");
        if (!(JpegShare is >= 0 and <= 1)) faults.Add($"JpegShare is {JpegShare}, expected 0 to 1");
        if (JpegLowest is < 1 or > 100) faults.Add($"JpegLowest is {JpegLowest}, expected 1 to 100");
        if (JpegHighest < JpegLowest || JpegHighest > 100) faults.Add($"JpegHighest is {JpegHighest}, expected JpegLowest ({JpegLowest}) to 100");
        return faults;
    }
}
