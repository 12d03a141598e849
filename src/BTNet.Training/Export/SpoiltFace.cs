using BTNet.Faces;
using BTNet.Training.Randomness;

namespace BTNet.Training.Export;

/// <summary>Aligned faces as they look where the alignment went wrong: shifted, turned, or of another size.</summary>
internal static class SpoiltFace
{
    private const double LeastShift = 0.12, GreatestShift = 0.4, AlongShift = 0.1;
    private const double LeastTurn = 0.3;
    private const double LeastZoom = 0.4, GreatestZoom = 0.9;

    /// <summary>Spoils a face: a shift by 12 to 40 % of its side in any direction; or a turn by 17 to 180 degrees; or a size 1.3 to 1.9
    /// times as large or as small; the latter two with a shift of up to 10 %. What was outside is mirrored at the border.</summary>
    public static FaceImage Of(FaceImage face, SeededRandom random)
    {
        var (turn, zoom, shift) = (0.0, 1.0, random.NextDouble(0, AlongShift));
        switch (random.Next(3))
        {
            case 0:
                shift = random.NextDouble(LeastShift, GreatestShift);
                break;
            case 1:
                turn = Sign() * random.NextDouble(LeastTurn, Math.PI);
                break;
            default:
                zoom = Math.Pow(2, Sign() * random.NextDouble(LeastZoom, GreatestZoom));
                break;
        }

        var (dy, dx) = Math.SinCos(random.NextDouble(0, 2 * Math.PI));
        var (sine, cosine) = Math.SinCos(turn);
        var pixels = new byte[face.Pixels.Length];
        var (middleX, middleY) = ((face.Width - 1) / 2.0, (face.Height - 1) / 2.0);
        for (var y = 0; y < face.Height; y++)
        for (var x = 0; x < face.Width; x++)
        {
            var (right, down) = (zoom * (x - middleX), zoom * (y - middleY));
            var fromX = Mirrored(middleX + (cosine * right) - (sine * down) + (shift * dx * face.Width), face.Width);
            var fromY = Mirrored(middleY + (sine * right) + (cosine * down) + (shift * dy * face.Height), face.Height);
            face.Pixels.Slice(3 * ((fromY * face.Width) + fromX), 3).CopyTo(pixels.AsSpan(3 * ((y * face.Width) + x)));
        }

        return new FaceImage(face.Width, face.Height, pixels);

        int Sign() => random.NextBool() ? 1 : -1;
    }

    private static int Mirrored(double place, int length)
    {
        var at = (int)Math.Round(place) % (2 * length);
        if (at < 0) at += 2 * length;
        return at < length ? at : (2 * length) - 1 - at;
    }
}
