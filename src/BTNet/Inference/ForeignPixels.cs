using BTNet.Models;

namespace BTNet.Inference;

/// <summary>Pixels as a graph takes them that is not ours: see <see cref="ForeignInput"/>.</summary>
internal sealed class ForeignPixels(ForeignInput input)
{
    private const int Bytes = byte.MaxValue + 1;

    private readonly float[] _values = input.Values();
    private readonly bool _isReversed = input.ColourOrder == ForeignInput.Bgr;

    /// <param name="pixels">Red, green, blue of each pixel, row by row.</param>
    /// <param name="planes">Gets as many numbers, plane by plane.</param>
    public void Write(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        var count = pixels.Length / 3;
        for (var plane = 0; plane < 3; plane++)
        {
            var values = _values.AsSpan(plane * Bytes, Bytes);
            var colours = pixels[(_isReversed ? 2 - plane : plane)..];
            var to = planes.Slice(plane * count, count);
            for (var i = 0; i < to.Length; i++) to[i] = values[colours[3 * i]];
        }
    }
}
