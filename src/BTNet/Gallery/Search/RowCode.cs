using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BTNet.Gallery.Search;

/// <summary>A row of length 1 in 8-bit integers: it is about <paramref name="Scale"/> times them.</summary>
/// <param name="Scale">What a step of the integers stands for.</param>
/// <param name="Error">At least the length of what the integers leave out.</param>
internal readonly record struct RowCode(float Scale, float Error)
{
    private const float Greatest = 127;

    // Four vectors of numbers give one of bytes.
    private const int AtATime = 64;

    /// <summary>Codes a row.</summary>
    /// <param name="row">The row <c>[D]</c>, finite, of length 1 or 0.</param>
    /// <param name="codes">Gets the integers <c>[D]</c>.</param>
    public static RowCode Write(ReadOnlySpan<float> row, Span<sbyte> codes)
    {
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(row)) / Greatest;
        if (scale == 0)
        {
            codes.Clear();
            return default;
        }

        var (inverse, left, at) = (1 / scale, Vector512<float>.Zero, 0);
        for (; at + AtATime <= row.Length; at += AtATime)
        {
            ref var first = ref MemoryMarshal.GetReference(row[at..]);
            var low = Vector512.Narrow(Steps(ref first, 0), Steps(ref first, 16));
            Vector512.Narrow(low, Vector512.Narrow(Steps(ref first, 32), Steps(ref first, 48))).StoreUnsafe(ref MemoryMarshal.GetReference(codes[at..]));
        }

        var squares = Vector512.Sum(left);
        for (; at < row.Length; at++)
        {
            var step = Math.Clamp(MathF.Round(row[at] * inverse), -Greatest, Greatest);
            codes[at] = (sbyte)step;
            squares += (row[at] - (step * scale)) * (row[at] - (step * scale));
        }

        // What rounding of the sums here may hide, and more.
        return new RowCode(scale, (MathF.Sqrt(squares) * 1.0001f) + 1e-6f);

        Vector512<int> Steps(ref float first, nuint offset)
        {
            var numbers = Vector512.LoadUnsafe(ref first, offset);
            var steps = Vector512.Min(Vector512.Max(Vector512.Round(numbers * inverse), Vector512.Create(-Greatest)), Vector512.Create(Greatest));
            var error = numbers - (steps * scale);
            left += error * error;
            return Vector512.ConvertToInt32(steps);
        }
    }
}
