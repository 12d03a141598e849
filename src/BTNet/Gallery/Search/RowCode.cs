using System.Numerics.Tensors;

namespace BTNet.Gallery.Search;

/// <summary>A row of length 1 in 8-bit integers: it is about <paramref name="Scale"/> times them.</summary>
/// <param name="Scale">What a step of the integers stands for.</param>
/// <param name="Error">At least the length of what the integers leave out.</param>
internal readonly record struct RowCode(float Scale, float Error)
{
    private const float Greatest = 127;

    /// <summary>Codes a row.</summary>
    /// <param name="row">The row <c>[D]</c>, finite, of length 1 or 0.</param>
    /// <param name="codes">Gets the integers <c>[D]</c>.</param>
    /// <param name="scratch">Room for the row once more.</param>
    public static RowCode Write(ReadOnlySpan<float> row, Span<sbyte> codes, Span<float> scratch)
    {
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(row)) / Greatest;
        if (scale == 0)
        {
            codes.Clear();
            return default;
        }

        TensorPrimitives.Multiply(row, 1 / scale, scratch);
        TensorPrimitives.Round(scratch, scratch);
        TensorPrimitives.ConvertSaturating(scratch, codes);
        TensorPrimitives.MultiplyAdd(scratch, -scale, row, scratch);
        // What rounding of the sums below may hide, and more.
        return new RowCode(scale, (TensorPrimitives.Norm<float>(scratch) * 1.0001f) + 1e-6f);
    }
}
