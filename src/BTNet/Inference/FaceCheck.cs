using System.Globalization;
using System.Numerics.Tensors;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Inference;

/// <summary>Tells a picture that is hardly an upright, aligned face by its embedding.</summary>
public sealed class FaceCheck
{
    private readonly Dictionary<Resolution, FaceStatistics> _statistics;

    /// <summary>A check by what a model says of faces (<see cref="ModelManifest.FaceStatistics"/>).</summary>
    /// <param name="manifest">Of the model that the embeddings come from; one without statistics has nothing to say.</param>
    public FaceCheck(ModelManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        _statistics = (manifest.FaceStatistics ?? []).ToDictionary(statistics => Resolution.Of(statistics.Resolution));
    }

    /// <summary>What is odd about an embedding, as a sentence; null where nothing is, or the model does not know.</summary>
    /// <param name="branch">The branch that it comes from.</param>
    /// <param name="embedding">The raw embedding <c>[D]</c>.</param>
    public string? Doubt(Resolution branch, ReadOnlySpan<float> embedding)
    {
        if (!_statistics.TryGetValue(branch, out var faces)) return null;
        var norm = TensorPrimitives.Norm(embedding);
        return norm < faces.LowNorm
            ? string.Create(CultureInfo.InvariantCulture, $"may be no upright, aligned face: its embedding's length is {norm:0.0}, faces have {faces.MedianNorm:0.0}, 99 in 100 of them {faces.LowNorm:0.0} or more")
            : null;
    }
}
