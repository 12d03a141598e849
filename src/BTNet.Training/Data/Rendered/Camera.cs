using System.Numerics.Tensors;
using BTNet.Faces;

namespace BTNet.Training.Data.Rendered;

/// <summary>From a clean drawing to a photograph of it: lens blur, light from one side, white balance, contrast, noise.</summary>
internal static class Camera
{
    /// <summary>Takes the picture.</summary>
    /// <param name="drawing">Side x side x 4 bytes: blue, green, red and one that is not read.</param>
    /// <param name="side">Width and height in pixels.</param>
    /// <param name="view">Light and camera.</param>
    public static FaceImage Expose(ReadOnlySpan<byte> drawing, int side, RenderedView view)
    {
        var light = new float[3 * side * side];
        Tone(drawing, light, view);
        Blur(light, side, view.Blur * side / 112f);
        Shade(light, side, view);
        return new FaceImage(side, side, Sense(light, view));
    }

    /// <summary>White balance, brightness and contrast about mid grey, by a table per channel.</summary>
    private static void Tone(ReadOnlySpan<byte> drawing, Span<float> light, RenderedView view)
    {
        Span<float> gains = [MathF.Exp(view.Warmth), MathF.Exp(view.Greenness), MathF.Exp(-view.Warmth)];
        Span<float> table = stackalloc float[3 * 256];
        for (var i = 0; i < table.Length; i++)
            table[i] = (((i % 256) - 118f) * view.Contrast * view.Brightness * gains[i / 256]) + (118f * view.Brightness * gains[i / 256]);
        for (int from = 0, to = 0; to < light.Length; from += 4, to += 3)
        {
            light[to] = table[drawing[from + 2]];
            light[to + 1] = table[256 + drawing[from + 1]];
            light[to + 2] = table[512 + drawing[from]];
        }
    }

    /// <summary>Passes of (edge, 1 - 2 edge, edge) along rows and columns, which together have the variance asked for.</summary>
    private static void Blur(Span<float> light, int side, float sigma)
    {
        if (sigma < 0.1f) return;
        var passes = (int)MathF.Ceiling(sigma * sigma / 0.6f);
        var edge = sigma * sigma / (2 * passes);
        var row = 3 * side;
        Span<float> padded = new float[row + 6], previous = new float[row], sum = new float[row];
        for (var pass = 0; pass < passes; pass++)
        {
            light[..row].CopyTo(previous);
            for (var y = 0; y < side; y++)
            {
                var current = light.Slice(y * row, row);
                var next = y + 1 < side ? light.Slice((y + 1) * row, row) : current;
                TensorPrimitives.Add(previous, next, sum);
                current.CopyTo(previous);
                Weigh(current, sum, edge, padded[3..^3]);
                padded.Slice(3, 3).CopyTo(padded);
                padded[^6..^3].CopyTo(padded[^3..]);
                TensorPrimitives.Add(padded[..row], padded[6..], sum);
                Weigh(padded[3..^3], sum, edge, current);
            }
        }
    }

    private static void Weigh(ReadOnlySpan<float> middle, Span<float> neighbours, float edge, Span<float> result)
    {
        TensorPrimitives.Multiply(neighbours, edge, neighbours);
        TensorPrimitives.MultiplyAdd(middle, 1 - (2 * edge), neighbours, result);
    }

    /// <summary>Light that falls off across the picture.</summary>
    private static void Shade(Span<float> light, int side, RenderedView view)
    {
        Span<float> columns = stackalloc float[side];
        for (var x = 0; x < side; x++) columns[x] = MathF.Exp(view.LightX * (((x + 0.5f) / side) - 0.5f));
        for (int y = 0, i = 0; y < side; y++)
        {
            var row = MathF.Exp(view.LightY * (((y + 0.5f) / side) - 0.5f));
            for (var x = 0; x < side; x++, i += 3)
            {
                var gain = row * columns[x];
                light[i] *= gain;
                light[i + 1] *= gain;
                light[i + 2] *= gain;
            }
        }
    }

    private static byte[] Sense(ReadOnlySpan<float> light, RenderedView view)
    {
        var random = new Dice(view.NoiseSeed);
        var pixels = new byte[light.Length];
        // The sum of two uniform bytes: deviation 104.5 about 255.
        var scale = view.Noise / 104.5f;
        ulong bits = 0;
        for (var i = 0; i < pixels.Length; i++, bits >>= 16)
        {
            if (i % 4 == 0) bits = random.Next();
            var noise = (int)(bits & 255) + (int)((bits >> 8) & 255) - 255;
            pixels[i] = (byte)Math.Clamp(light[i] + (noise * scale) + 0.5f, 0, 255);
        }

        return pixels;
    }
}
