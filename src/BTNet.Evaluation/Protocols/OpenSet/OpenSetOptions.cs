using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>How an open-set search is measured.</summary>
public sealed record OpenSetOptions
{
    /// <summary>At what resolution enrolled faces are seen. Default 112.</summary>
    public Resolution Gallery { get; init; } = Resolution.Full;

    /// <summary>At what resolutions probes are seen, each a row. Default 112, 28, 14 and 7.</summary>
    public IReadOnlyList<Resolution> Probes { get; init; } = [Resolution.Full, Resolution.Of(28), Resolution.Of(14), Resolution.Of(7)];

    /// <summary>What is done with a small face. Default <see cref="SmallFaceWay.Branch"/>.</summary>
    public SmallFaceWay Way { get; init; } = SmallFaceWay.Branch;

    /// <summary>How faces are reduced (and brought to 112 where they have another size). Default antialiased bilinear.</summary>
    public ResampleKernel Reduction { get; init; } = ResampleKernel.Bilinear;

    /// <summary>How a reduced face is enlarged to 112 for the trunk, with <see cref="SmallFaceWay.UpSample"/>. Default bilinear.</summary>
    public ResampleKernel Enlarging { get; init; } = ResampleKernel.Bilinear;

    /// <summary>Adds the raw embedding of the mirrored face to that of the face. Default false.</summary>
    public bool FlipAveraging { get; init; }

    /// <summary>The share of the images of each list from 0 to 1 that may be missing or turn out broken, together. Default 0.01.</summary>
    public double GreatestBrokenShare { get; init; } = 0.01;

    /// <summary>Images decoded at a time, at least 1. Default 256.</summary>
    public int ImagesAtATime { get; init; } = 256;

    /// <summary>Whether other galleries of the lists' people are looked at as well (<see cref="OpenSetResult.Everybody"/>), for which everybody is compared with everybody. Default false.</summary>
    public bool OverGalleries { get; init; }

    internal FaceSeeing Seeing => new(Reduction, Enlarging, FlipAveraging, GreatestBrokenShare, ImagesAtATime);

    /// <summary>Looks at everything in one pass.</summary>
    /// <param name="available">The resolutions that the network has a way in for.</param>
    /// <exception cref="InputException">Every fault found.</exception>
    internal void Validate(IReadOnlyList<Resolution> available)
    {
        List<string> faults = [.. Seeing.Faults()];
        if (Probes.Count == 0) faults.Add("no resolution of probes is asked for; expected some such as 112, 28, 14");
        var lacking = Way == SmallFaceWay.UpSample ? [] : Probes.Append(Gallery).Distinct().Where(side => !available.Contains(side)).Order().ToList();
        if (lacking.Count > 0) faults.Add($"there is no branch for {string.Join(", ", lacking)}; the network has {string.Join(", ", available)}. Leave these resolutions out, or up-sample into the trunk");
        if (faults.Count > 0) throw new InputException("open-set evaluation", faults);
    }
}
