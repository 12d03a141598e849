using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>How pairs are compared. The defaults are the ones of this project.</summary>
public sealed record PairOptions
{
    /// <summary>The resolution pairs to be measured; by default <see cref="ResolutionPair.Usual"/>.</summary>
    public IReadOnlyList<ResolutionPair> Resolutions { get; init; } = ResolutionPair.Usual;

    /// <summary>What is done with a small face; by default <see cref="SmallFaceWay.Branch"/>.</summary>
    public SmallFaceWay Way { get; init; } = SmallFaceWay.Branch;

    /// <summary>How faces are reduced (and brought to 112 where they have another size); by default antialiased bilinear.</summary>
    public ResampleKernel Reduction { get; init; } = ResampleKernel.Bilinear;

    /// <summary>How a reduced face is enlarged to 112 for the trunk, with <see cref="SmallFaceWay.UpSample"/>; by default bilinear.</summary>
    public ResampleKernel Enlarging { get; init; } = ResampleKernel.Bilinear;

    /// <summary>Adds the raw embedding of the mirrored face to that of the face; off by default.</summary>
    public bool FlipAveraging { get; init; }

    /// <summary>
    /// Computes what the paper's script does, whatever the other options say: mirrored faces added, faces reduced
    /// and enlarged by <c>F.interpolate</c>, without antialiasing (<see cref="ResampleKernel.BilinearUnfiltered"/>),
    /// accuracy by squared distance over a grid of thresholds 0.01 apart
    /// (<see cref="Metrics.KFoldAccuracy.OnReferenceGrid"/>). Off by default.
    /// </summary>
    public bool ReferenceCompatible { get; init; }

    /// <summary>The share of images from 0 to 1 that may be missing or turn out broken, together; their pairs are left out. 0.01 by default.</summary>
    public double GreatestBrokenShare { get; init; } = 0.01;

    /// <summary>Images decoded at a time, which bounds the memory that pictures take; 256 by default.</summary>
    public int ImagesAtATime { get; init; } = 256;

    /// <summary>What the thresholds are thresholds of.</summary>
    public PairMeasure Measure => ReferenceCompatible ? PairMeasure.SquaredDistance : PairMeasure.Cosine;

    internal FaceSeeing Seeing => new(Reduction, Enlarging, FlipAveraging, GreatestBrokenShare, ImagesAtATime);

    /// <summary>Looks at everything in one pass.</summary>
    /// <param name="available">The resolutions that the network has a way in for.</param>
    /// <exception cref="InputException">Every fault found.</exception>
    internal void Validate(IReadOnlyList<Resolution> available)
    {
        var faults = new List<string>();
        if (Resolutions.Count == 0) faults.Add("no resolution pair is asked for; expected some such as 112x112,112x14,14x14");
        if (Way == SmallFaceWay.Branch)
        {
            var lacking = Resolutions.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Where(side => !available.Contains(side)).Order().ToList();
            if (lacking.Count > 0)
                faults.Add($"there is no branch for {string.Join(", ", lacking)}; the network has {string.Join(", ", available)}. Leave these resolutions out, or up-sample into the trunk");
        }

        faults.AddRange(Seeing.Faults());
        if (faults.Count > 0) throw new InputException("pair evaluation", faults);
    }

    /// <summary>With what <see cref="ReferenceCompatible"/> stands for written out.</summary>
    internal PairOptions Resolved() => ReferenceCompatible
        ? this with { FlipAveraging = true, Reduction = ResampleKernel.BilinearUnfiltered, Enlarging = ResampleKernel.BilinearUnfiltered }
        : this;
}
