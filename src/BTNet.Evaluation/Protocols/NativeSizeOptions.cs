using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>How faces are measured that come in sizes of their own: each goes to the branch that its size chooses.</summary>
public sealed record NativeSizeOptions
{
    /// <summary>How faces are sent to branches, a result each. Default the paper's, <see cref="BranchRule.Usual"/>. Nothing is sent to branches with <see cref="SmallFaceWay.UpSample"/>.</summary>
    public IReadOnlyList<BranchRule> Rules { get; init; } = [BranchRule.Usual];

    /// <summary>How faces are brought to the size of their branch, and reduced where they are larger than 112. Default antialiased bilinear; the script of QMUL-SurvFace has bicubic.</summary>
    public ResampleKernel Reduction { get; init; } = ResampleKernel.Bilinear;

    /// <summary>How faces are enlarged to 112 for the trunk, with <see cref="SmallFaceWay.UpSample"/>. Default bilinear.</summary>
    public ResampleKernel Enlarging { get; init; } = ResampleKernel.Bilinear;

    /// <summary>Adds the raw embedding of the mirrored face to that of the face. Default false.</summary>
    public bool FlipAveraging { get; init; }

    /// <summary>The share of the images of each list from 0 to 1 that may be missing or turn out broken, together. Default 0.01.</summary>
    public double GreatestBrokenShare { get; init; } = 0.01;

    /// <summary>Images decoded at a time, at least 1. Default 1024: they are small, and are shared out among branches.</summary>
    public int ImagesAtATime { get; init; } = 1024;

    internal FaceSeeing Seeing => new(Reduction, Enlarging, FlipAveraging, GreatestBrokenShare, ImagesAtATime);

    /// <summary>Looks at everything in one pass.</summary>
    /// <exception cref="InputException">Every fault found.</exception>
    internal void Validate()
    {
        List<string> faults = [.. Seeing.Faults()];
        if (Rules.Count == 0) faults.Add("no way of choosing branches is asked for; expected at least one");
        if (faults.Count > 0) throw new InputException("evaluation of faces in their own sizes", faults);
    }
}
