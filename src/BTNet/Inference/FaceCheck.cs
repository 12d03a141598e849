using System.Globalization;
using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Inference;

/// <summary>
/// Tells a picture that is hardly an upright, aligned face: by its pixels, and by the length of its embedding where that tells anything
/// with the model. Safe for use from several threads.
/// </summary>
public sealed class FaceCheck
{
    /// <summary>The coarsest, for models that say nothing of faces: that a picture is of one colour is seen anyway.</summary>
    private const int LeastGrid = 7;

    private readonly Dictionary<Resolution, FaceStatistics> _statistics;
    private readonly FaceLikeness[] _likenesses;

    /// <summary>A check by what a model says of faces (<see cref="ModelManifest.FaceStatistics"/> and
    /// <see cref="ModelManifest.FaceAppearance"/>); with one that says nothing only pictures of nearly one colour are doubted.</summary>
    /// <param name="manifest">Of the model that the embeddings come from.</param>
    public FaceCheck(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        _statistics = (manifest.FaceStatistics ?? []).Where(statistics => statistics.NormTells).ToDictionary(statistics => Resolution.Of(statistics.Resolution));
        _likenesses = [.. (manifest.FaceAppearance ?? []).Select(appearance => new FaceLikeness(appearance)).OrderByDescending(likeness => likeness.Grid)];
    }

    /// <summary>What is odd about a face, in words; null where nothing is, or the model does not know.</summary>
    /// <param name="face">The crop that was embedded, of any size.</param>
    /// <param name="branch">The branch that it went to.</param>
    /// <param name="embedding">Its raw embedding <c>[D]</c>.</param>
    public string? Doubt(FaceImage face, Resolution branch, ReadOnlySpan<float> embedding)
    {
        ArgumentNullException.ThrowIfNull(face);
        return (DoubtOfPixels(face, branch), DoubtOfNorm(branch, embedding)) switch
        {
            ({ } pixels, { } norm) => $"{pixels}; {norm}",
            var (pixels, norm) => pixels ?? norm
        };
    }

    private string? DoubtOfPixels(FaceImage face, Resolution branch)
    {
        // As the branch sees it, so that a crop is judged the same before and after it was brought to the branch's size.
        var seen = FaceResizer.Resize(face, branch.Side, branch.Side);
        var likeness = Array.Find(_likenesses, likeness => likeness.Grid <= branch.Side);
        if (FaceGrid.Of(seen, likeness?.Grid ?? LeastGrid) is not { } values) return "may be no face: it is nearly of one colour";
        return likeness?.Oddness(values) > likeness?.Limit ? "looks unlike the aligned faces that the model was exported with: check the crop's alignment" : null;
    }

    private string? DoubtOfNorm(Resolution branch, ReadOnlySpan<float> embedding)
    {
        if (!_statistics.TryGetValue(branch, out var faces)) return null;
        var norm = TensorPrimitives.Norm(embedding);
        return norm < faces.LowNorm
            ? string.Create(CultureInfo.InvariantCulture, $"may be no upright, aligned face: its embedding's length is {norm:0.0}, faces have {faces.MedianNorm:0.0}, 99 in 100 of them {faces.LowNorm:0.0} or more")
            : null;
    }
}
