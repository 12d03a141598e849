namespace BTNet.Faces;

/// <summary>What the bytes of a pixel are, in their order in memory, 8 bits each.</summary>
public enum PixelOrder
{
    /// <summary>Red, green, blue: ImageSharp's Rgb24, NumPy arrays of Pillow.</summary>
    Rgb,

    /// <summary>Blue, green, red: OpenCV's Mat, System.Drawing's Format24bppRgb.</summary>
    Bgr,

    /// <summary>One byte, which becomes red, green and blue.</summary>
    Gray,

    /// <summary>Red, green, blue, alpha; the colours are not multiplied by alpha.</summary>
    Rgba,

    /// <summary>Blue, green, red, alpha; the colours are not multiplied by alpha: System.Drawing's Format32bppArgb.</summary>
    Bgra,
}
