using BTNet.Faces;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>How templates are made and compared.</summary>
public sealed record IjbcOptions
{
    /// <summary>At which resolutions, each a row. Default <see cref="IjbcMode.Usual"/>.</summary>
    public IReadOnlyList<IjbcMode> Modes { get; init; } = IjbcMode.Usual;

    /// <summary>What is done with a small face. Default <see cref="SmallFaceWay.Branch"/>.</summary>
    public SmallFaceWay Way { get; init; } = SmallFaceWay.Branch;

    /// <summary>How much each image counts. Default <see cref="ImageWeight.None"/>.</summary>
    public ImageWeight Weight { get; init; } = ImageWeight.None;

    /// <summary>The model's calibration, which <see cref="ImageWeight.Quality"/> takes; not looked at otherwise. Default none.</summary>
    public CalibrationTable? Calibration { get; init; }

    /// <summary>How a face that was aligned to a small resolution is enlarged to 112 for the trunk, with <see cref="SmallFaceWay.UpSample"/>. Default bilinear.</summary>
    public ResampleKernel Enlarging { get; init; } = ResampleKernel.Bilinear;

    /// <summary>Adds the raw feature of the mirrored face to that of the face, in matches. Aggregates have a mirrored face of their own. Default false.</summary>
    public bool FlipAveraging { get; init; }

    /// <summary>The share from 0 to 1 of images that may be missing or turn out broken, together, and of templates that may have no image. Default 0.01.</summary>
    public double GreatestBrokenShare { get; init; } = 0.01;

    /// <summary>Images decoded at a time, at least 1. Default 256.</summary>
    public int ImagesAtATime { get; init; } = 256;

    // Nothing is reduced: faces are aligned to their resolution.
    internal FaceSeeing Seeing => new(ResampleKernel.Bilinear, Enlarging, FlipAveraging, GreatestBrokenShare, ImagesAtATime);

    /// <summary>The fingerprint of the calibration that images are weighed by; null where they are weighed otherwise.</summary>
    internal string? WeighedBy => Weight == ImageWeight.Quality ? Calibration?.Fingerprint : null;

    /// <summary>Looks at everything in one pass.</summary>
    /// <param name="available">The resolutions that the network has a way in for.</param>
    /// <exception cref="InputException">Every fault found.</exception>
    internal void Validate(IReadOnlyList<Resolution> available)
    {
        List<string> faults = [.. Seeing.Faults()];
        if (Modes.Count == 0) faults.Add("no resolutions are asked for; expected some such as 112x112 or 112&14");
        List<Resolution> sides = [.. Modes.SelectMany(mode => new[] { mode.Sides.First, mode.Sides.Second }).Distinct().Order()];
        var lacking = Way == SmallFaceWay.UpSample ? [] : sides.Where(side => !available.Contains(side)).ToList();
        if (lacking.Count > 0) faults.Add($"there is no branch for {string.Join(", ", lacking)}; the network has {string.Join(", ", available)}. Leave these resolutions out, or up-sample into the trunk");
        faults.AddRange(QualityFaults(sides.Except(lacking)));
        if (faults.Count > 0) throw new InputException("IJB-C evaluation", faults);
    }

    private IEnumerable<string> QualityFaults(IEnumerable<Resolution> sides)
    {
        if (Weight != ImageWeight.Quality) yield break;
        if (Way == SmallFaceWay.UpSample) yield return "images are to count by quality, which is measured of branches, and small faces are enlarged; leave these to their branches (--way branch), or weigh images otherwise (--weight)";
        else if (Calibration is null) yield return "images are to count by quality, and there is no calibration that says what makes them useful; calibrate the model (`btnet calibrate`), or weigh images otherwise (--weight)";
        else if (sides.Where(side => Calibration.Quality.All(one => one.Resolution != side)).ToList() is { Count: > 0 } unknown)
            yield return $"images are to count by quality, and the calibration does not say what makes faces of {string.Join(", ", unknown)} pixels useful; calibrate the model with several images of 20 or more people (`btnet calibrate`), or leave these resolutions out";
    }
}
