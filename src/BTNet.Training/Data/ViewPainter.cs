using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Training.Data;

/// <summary>
/// Makes a view of a picture in one pass: each pixel is bilinear between four of the picture, whose edge is repeated, and then
/// coloured. All of a view's colour is linear, so it is one matrix.
/// </summary>
internal static unsafe class ViewPainter
{
    private const int PlaceBits = 16;
    private const double OnePlace = 1 << PlaceBits;
    private const long HalfPlace = 1 << (PlaceBits - 1);

    // What a level weighs 256 times as much for, between two rows.
    private const float RowShares = 256;

    // The luminance of JPEG and of Pillow's grey (Rec. 601).
    private static readonly (double Red, double Green, double Blue) Luminance = (0.299, 0.587, 0.114);

    // A thread's views of the size of its last: each is read before the next is painted.
    [ThreadStatic]
    private static (FaceImage Image, byte[] Pixels)? _last;

    /// <param name="image">The picture; left as it is.</param>
    /// <param name="change">What is done to it.</param>
    /// <returns>A picture of the same size, good until the next is asked for on the same thread.</returns>
    public static FaceImage Paint(FaceImage image, in ViewChange change)
    {
        var (view, pixels) = _last is { } last && last.Image.Width == image.Width && last.Image.Height == image.Height ? last : New(image.Width, image.Height);
        var stride = image.Width + 1;
        var padded = ArrayPool<uint>.Shared.Rent(checked(stride * (image.Height + 1)));
        fixed (uint* from = padded)
        fixed (byte* to = pixels)
        {
            Pad(image, from);
            if (change.Bend is { } bend)
            {
                var moves = ArrayPool<int>.Shared.Rent(2 * image.Width * image.Height);
                bend.Offsets(image.Width, image.Height, moves.AsSpan(0, image.Width * image.Height), moves.AsSpan(image.Width * image.Height));
                fixed (int* offsets = moves) Resample(from, image.Width, image.Height, Grid.Of(image, change), Colour.Of(image, change), offsets, to);
                ArrayPool<int>.Shared.Return(moves);
            }
            else
            {
                Resample(from, image.Width, image.Height, Grid.Of(image, change), Colour.Of(image, change), null, to);
            }
        }

        ArrayPool<uint>.Shared.Return(padded);
        return view;
    }

    private static (FaceImage Image, byte[] Pixels) New(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        var made = (new FaceImage(width, height, pixels), pixels);
        _last = made;
        return made;
    }

    /// <summary>Four bytes a pixel, so that two that lie beside each other are read at once, and a column and a row more.</summary>
    private static void Pad(FaceImage image, uint* padded)
    {
        var order = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        var (width, height) = (image.Width, image.Height);
        fixed (byte* pixels = image.Pixels)
        {
            for (var y = 0; y < height; y++)
            {
                var from = pixels + ((nint)3 * width * y);
                var to = padded + ((nint)(width + 1) * y);
                var x = 0;
                // Sixteen bytes are read for twelve that count, so the last few pixels go one by one.
                for (; x <= width - 6; x += 4) Vector128.Shuffle(Vector128.Load(from + (3 * x)), order).Store((byte*)(to + x));
                for (; x < width; x++) to[x] = from[3 * x] | ((uint)from[(3 * x) + 1] << 8) | ((uint)from[(3 * x) + 2] << 16);
                to[width] = to[width - 1];
            }
        }

        var bottom = padded + ((nint)(width + 1) * height);
        Unsafe.CopyBlock(bottom, bottom - (width + 1), sizeof(uint) * (uint)(width + 1));
    }

    /// <param name="bends">How much further to the right each pixel of the picture is taken from, and behind these how much further down; null for not.</param>
    private static void Resample(uint* padded, int width, int height, in Grid grid, in Colour colour, int* bends, byte* to)
    {
        var first = Vector128.Create((byte)0, 4, 8, 12, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255);
        var (fromRed, fromGreen, fromBlue, offset) = (colour.FromRed, colour.FromGreen, colour.FromBlue, colour.Offset);
        var (lastX, lastY) = ((long)(width - 1) << PlaceBits, (long)(height - 1) << PlaceBits);
        var (stepX, stepY) = ((long)Math.Round(grid.Across.X * OnePlace), (long)Math.Round(grid.Across.Y * OnePlace));
        var end = to + ((nint)3 * width * height);
        for (var y = 0; y < height; y++)
        {
            var atX = (long)Math.Round((grid.Start.X + (y * grid.Down.X)) * OnePlace);
            var atY = (long)Math.Round((grid.Start.Y + (y * grid.Down.Y)) * OnePlace);
            for (var x = 0; x < width; x++, atX += stepX, atY += stepY, to += 3)
            {
                var (placeX, placeY) = (Math.Clamp(atX, 0, lastX), Math.Clamp(atY, 0, lastY));
                if (bends != null)
                {
                    var bend = bends + ((nint)((placeY + HalfPlace) >> PlaceBits) * width) + (nint)((placeX + HalfPlace) >> PlaceBits);
                    (placeX, placeY) = (Math.Clamp(placeX + bend[0], 0, lastX), Math.Clamp(placeY + bend[(nint)width * height], 0, lastY));
                }

                var from = padded + ((nint)(placeY >> PlaceBits) * (width + 1)) + (nint)(placeX >> PlaceBits);
                var below = (ushort)((placeY >> 8) & 255);
                var rows = (Pair(from) * (ushort)(RowShares - below)) + (Pair(from + width + 1) * below);
                var left = Vector128.ConvertToSingle(Vector128.WidenLower(rows).AsInt32());
                var right = Vector128.ConvertToSingle(Vector128.WidenUpper(rows).AsInt32());
                var mixed = left + ((right - left) * ((placeX & 0xffff) * (float)(1 / OnePlace)));
                var painted = offset
                    + (Vector128.Shuffle(mixed, Vector128.Create(0, 0, 0, 0)) * fromRed)
                    + (Vector128.Shuffle(mixed, Vector128.Create(1, 1, 1, 1)) * fromGreen)
                    + (Vector128.Shuffle(mixed, Vector128.Create(2, 2, 2, 2)) * fromBlue);
                var levels = Vector128.ConvertToInt32Native(Vector128.Min(Vector128.Max(painted, Vector128<float>.Zero), Vector128.Create(255f)));
                var packed = Vector128.Shuffle(levels.AsByte(), first).AsUInt32().ToScalar();
                if (to + sizeof(uint) <= end) *(uint*)to = packed;
                else (to[0], to[1], to[2]) = ((byte)packed, (byte)(packed >> 8), (byte)(packed >> 16));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Pair(uint* pixel) => Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)pixel).AsByte());

    /// <summary>Where the pixels of a view lie in the picture, in its pixels from the centre of its first.</summary>
    private readonly record struct Grid((double X, double Y) Start, (double X, double Y) Across, (double X, double Y) Down)
    {
        public static Grid Of(FaceImage image, in ViewChange change)
        {
            // Turned where a pixel is as wide as high, at 112 x 112.
            var (unitX, unitY) = (Resolution.Full.Side / (double)image.Width, Resolution.Full.Side / (double)image.Height);
            var middle = Resolution.Full.Side / 2.0;
            var (cos, sin) = (Math.Cos(change.Turn) / change.Scale, Math.Sin(change.Turn) / change.Scale);
            var mirror = change.Flip ? -1 : 1;
            var (x, y) = ((0.5 * unitX) - middle - change.Right, (0.5 * unitY) - middle - change.Down);
            return new Grid(
                ((((mirror * ((cos * x) + (sin * y))) + middle) / unitX) - 0.5, (((cos * y) - (sin * x) + middle) / unitY) - 0.5),
                (mirror * cos, -sin * unitX / unitY),
                (mirror * sin * unitY / unitX, cos));
        }
    }

    /// <summary>What red, green and blue of a picture, 256 times as large, give to those of a view, and what is added; the fourth counts not.</summary>
    private readonly record struct Colour(Vector128<float> FromRed, Vector128<float> FromGreen, Vector128<float> FromBlue, Vector128<float> Offset)
    {
        public static Colour Of(FaceImage image, in ViewChange change)
        {
            var (gains, saturation) = (change.Channels, change.Saturation);
            var level = change.Gain * change.Contrast / RowShares;
            var grey = level * (1 - saturation);
            var own = level * saturation;
            var offset = change.Contrast == 1 ? 0 : change.Gain * (1 - change.Contrast) * MeanLuminance(image);
            return new Colour(
                From(Luminance.Red, Vector128.Create((float)own, 0, 0, 0)),
                From(Luminance.Green, Vector128.Create(0, (float)own, 0, 0)),
                From(Luminance.Blue, Vector128.Create(0, 0, (float)own, 0)),
                Vector128.Create((float)offset + 0.5f));

            Vector128<float> From(double luminance, Vector128<float> itself) =>
                (Vector128.Create((float)(luminance * grey)) + itself) * Vector128.Create((float)gains.Red, (float)gains.Green, (float)gains.Blue, 0);
        }
    }

    private static double MeanLuminance(FaceImage image)
    {
        var (red, green, blue) = (0L, 0L, 0L);
        var pixels = image.Pixels;
        for (var at = 0; at <= pixels.Length - 3; at += 3)
        {
            red += pixels[at];
            green += pixels[at + 1];
            blue += pixels[at + 2];
        }

        return ((red * Luminance.Red) + (green * Luminance.Green) + (blue * Luminance.Blue)) / (pixels.Length / 3);
    }
}
