using BTNet.Faces;

namespace BTNet.Tests.Faces;

/// <summary>Pictures made by formula, some of them the same as make_pillow_reference.py makes.</summary>
internal static class SyntheticPixels
{
    /// <summary>The blocky pattern of make_pillow_reference.py.</summary>
    public static FaceImage Blocky(int width, int height) => Make(width, height, (x, y, c) =>
        ((x * x * 7) + (y * y * 13) + (x * y * 5 * (c + 1)) + (((x / 5) + (y / 3)) * 91 * (c + 2))) % 256);

    /// <summary>Slow ramps, which JPEG keeps nearly as they are.</summary>
    public static FaceImage Smooth(int width, int height) => Make(width, height, (x, y, c) => c switch
    {
        0 => 40 + (x * 160 / width),
        1 => 30 + (y * 180 / height),
        _ => 60 + ((x + y) * 100 / (width + height)),
    });

    public static FaceImage Flat(int width, int height, byte red, byte green, byte blue) =>
        Make(width, height, (_, _, c) => c switch { 0 => red, 1 => green, _ => blue });

    public static FaceImage Make(int width, int height, Func<int, int, int, int> level)
    {
        var pixels = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        for (var c = 0; c < 3; c++)
            pixels[(3 * ((y * width) + x)) + c] = (byte)level(x, y, c);
        return new FaceImage(width, height, pixels);
    }

    public static int GreatestDifference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Assert.Equal(left.Length, right.Length);
        var greatest = 0;
        for (var i = 0; i < left.Length; i++) greatest = Math.Max(greatest, Math.Abs(left[i] - right[i]));
        return greatest;
    }
}
