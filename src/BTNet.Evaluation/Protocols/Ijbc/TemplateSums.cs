using System.Numerics.Tensors;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>
/// Adds features up to templates as they come, one medium after the other: the mean over the images of a medium, the sum over the media, scaled to length 1. No image's feature is kept. A medium's mean
/// is over its images and not over their weights, so that a medium of poor images counts less (as in InsightFace's scripts).
/// </summary>
internal sealed class TemplateSums(int templates, int size)
{
    private readonly float[]?[] _sums = new float[]?[templates];
    private readonly float[] _medium = new float[size];
    private (int Template, int Medium) _current;
    private int _images;

    /// <summary>Adds an image's feature; those of one medium of a template must come one after the other.</summary>
    public void Add(int template, int medium, ReadOnlySpan<float> feature, float factor)
    {
        if (_images > 0 && _current != (template, medium)) Close();
        _current = (template, medium);
        _images++;
        TensorPrimitives.MultiplyAdd(feature, factor, _medium, _medium);
    }

    /// <summary>The templates, of length 1 each; null where there was no image, zeros where all that there was is zeros. Nothing is added afterwards.</summary>
    public float[]?[] Finish()
    {
        if (_images > 0) Close();
        foreach (var sum in _sums)
        {
            if (sum is null) continue;
            var norm = TensorPrimitives.Norm<float>(sum);
            if (norm > 0) TensorPrimitives.Divide(sum, norm, sum);
        }

        return _sums;
    }

    private void Close()
    {
        var sum = _sums[_current.Template] ??= new float[size];
        TensorPrimitives.MultiplyAdd(_medium, 1f / _images, sum, sum);
        Array.Clear(_medium);
        _images = 0;
    }
}
