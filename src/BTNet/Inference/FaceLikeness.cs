using System.Numerics.Tensors;
using BTNet.Faces;
using BTNet.Models;

namespace BTNet.Inference;

/// <summary>Says by its pixels how unlike an upright, aligned face a picture is. Safe for use from several threads.</summary>
public sealed class FaceLikeness
{
    private readonly float[] _coefficients;

    /// <summary>Takes what was measured on faces.</summary>
    /// <exception cref="InputException">Its coefficients are not what its grid needs.</exception>
    public FaceLikeness(FaceAppearance appearance)
    {
        ArgumentNullException.ThrowIfNull(appearance);
        if (ManifestFaults.Of(appearance).ToList() is { Count: > 0 } faults) throw new InputException("the appearance of faces", faults);
        (Grid, Limit, _coefficients) = (appearance.Grid, appearance.Limit, appearance.Numbers()!);
    }

    /// <summary>Side of the grid that pictures are brought to.</summary>
    public int Grid { get; }

    /// <summary>What 1 in 100 faces is odder than.</summary>
    public double Limit { get; }

    /// <summary>How odd a picture is as a face: the greater the odder, of any sign. Brightness and contrast make no difference.</summary>
    /// <returns>Infinity for a picture of nearly one colour.</returns>
    public double Oddness(FaceImage picture) => FaceGrid.Of(picture, Grid) is { } values ? Oddness(values) : double.PositiveInfinity;

    /// <summary>As for the picture whose <see cref="FaceGrid"/> this is.</summary>
    /// <param name="values"><c>[Grid * Grid]</c></param>
    public double Oddness(ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, Grid * Grid, nameof(values));
        ReadOnlySpan<float> left = _coefficients;
        var linear = left[^values.Length..];
        var odd = 0.0;
        for (var i = 0; i < values.Length; i++)
        {
            odd += values[i] * (linear[i] + (double)TensorPrimitives.Dot(left[..(i + 1)], values[..(i + 1)]));
            left = left[(i + 1)..];
        }

        return odd;
    }
}
