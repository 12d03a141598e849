using System.Buffers.Binary;

namespace BTNet.Models;

/// <summary>
/// What tells an upright, aligned face from other pictures by its pixels: for the values x of <see cref="Faces.FaceGrid"/>, how odd a picture
/// is, the sum of q[i, j] x[i] x[j] over j &lt;= i and of b[i] x[i]. It is the difference of two squared Mahalanobis distances, to aligned
/// faces and to the same faces shifted, turned, and of another size, without its constant.
/// </summary>
/// <param name="Grid">Side of the grid, 2 to 32.</param>
/// <param name="Faces">Faces that it was made from, half of them for <paramref name="Limit"/>.</param>
/// <param name="Limit">What 1 in 100 faces is odder than.</param>
/// <param name="Coefficients">Base64 of 32-bit floats, little-endian: with D = Grid * Grid, the D (D + 1) / 2 of q, row by row, then the D of b.</param>
public sealed record FaceAppearance(int Grid, int Faces, double Limit, string Coefficients)
{
    internal const int LeastGrid = 2, GreatestGrid = 32;

    /// <summary>How many coefficients a grid has.</summary>
    internal static int Count(int grid) => grid * grid * ((grid * grid) + 3) / 2;

    /// <summary>Writes coefficients as text.</summary>
    /// <param name="coefficients">q, then b.</param>
    public static string Text(ReadOnlySpan<float> coefficients)
    {
        var bytes = new byte[sizeof(float) * coefficients.Length];
        for (var i = 0; i < coefficients.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), coefficients[i]);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>The coefficients; null where the text is none or they are not as many finite numbers as the grid needs.</summary>
    internal float[]? Numbers()
    {
        var needed = sizeof(float) * Count(Grid);
        // The text may come from anybody; its length says how much memory it is worth.
        if (Coefficients.Length != (needed + 2) / 3 * 4) return null;
        var bytes = new byte[needed + 2];
        if (!Convert.TryFromBase64String(Coefficients, bytes, out var written) || written != needed) return null;
        var numbers = new float[Count(Grid)];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(sizeof(float) * i));
        return Array.TrueForAll(numbers, float.IsFinite) ? numbers : null;
    }
}
