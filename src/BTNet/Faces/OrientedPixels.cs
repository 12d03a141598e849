using System.Runtime.Intrinsics;
using SkiaSharp;

namespace BTNet.Faces;

/// <summary>Turns decoded RGBA pixels into RGB, upright by the orientation that the camera noted.</summary>
internal static class OrientedPixels
{
    /// <param name="rgba">Width x height pixels as stored in the file.</param>
    /// <param name="width">Width as stored, before any turn.</param>
    /// <param name="height">Height as stored, before any turn.</param>
    /// <param name="origin">Where the stored first row and column lie in the upright picture.</param>
    public static unsafe FaceImage ToImage(ReadOnlySpan<uint> rgba, int width, int height, SKEncodedOrigin origin)
    {
        // Where the upright picture's first pixel is stored, and how far to go for the next in its row and column.
        var last = width * height - 1;
        var (start, right, down) = origin switch
        {
            SKEncodedOrigin.TopRight => (width - 1, -1, width),
            SKEncodedOrigin.BottomRight => (last, -1, -width),
            SKEncodedOrigin.BottomLeft => (last - width + 1, 1, -width),
            SKEncodedOrigin.LeftTop => (0, width, 1),
            SKEncodedOrigin.RightTop => (last - width + 1, -width, 1),
            SKEncodedOrigin.RightBottom => (last, -width, -1),
            SKEncodedOrigin.LeftBottom => (width - 1, width, -1),
            _ => (0, 1, width),
        };
        var turned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (uprightWidth, uprightHeight) = turned ? (height, width) : (width, height);
        var pixels = GC.AllocateUninitializedArray<byte>(3 * width * height);
        if (start == 0 && right == 1)
        {
            DropAlpha(rgba, pixels);
            return new FaceImage(width, height, pixels);
        }

        fixed (byte* target = pixels)
        fixed (uint* source = rgba)
        {
            var to = target;
            for (var y = 0; y < uprightHeight; y++)
            {
                var from = source + start + ((nint)y * down);
                for (var x = 0; x < uprightWidth; x++, to += 3, from += right)
                {
                    var pixel = (byte*)from;
                    (to[0], to[1], to[2]) = (pixel[0], pixel[1], pixel[2]);
                }
            }
        }

        return new FaceImage(uprightWidth, uprightHeight, pixels);
    }

    /// <summary>The upright case, which is nearly every case: four pixels at a time.</summary>
    private static unsafe void DropAlpha(ReadOnlySpan<uint> rgba, Span<byte> rgb)
    {
        var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        fixed (byte* target = rgb)
        fixed (uint* source = rgba)
        {
            var pixel = 0;
            // Sixteen bytes are written for twelve that count, so the last few pixels go one by one.
            for (; pixel <= rgba.Length - 6; pixel += 4)
                Vector128.Shuffle(Vector128.Load((byte*)(source + pixel)), order).Store(target + (3 * pixel));
            for (; pixel < rgba.Length; pixel++)
            {
                var from = (byte*)(source + pixel);
                var to = target + (3 * pixel);
                (to[0], to[1], to[2]) = (from[0], from[1], from[2]);
            }
        }
    }
}
