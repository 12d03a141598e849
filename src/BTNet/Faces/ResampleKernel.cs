namespace BTNet.Faces;

/// <summary>How pixels are weighted when a picture is enlarged or reduced.</summary>
public enum ResampleKernel
{
    /// <summary>A triangle, as wide as the reduction asks (antialiased): Pillow's BILINEAR. The kernel of this project.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, as wide as the reduction asks (antialiased): Pillow's BICUBIC.</summary>
    Bicubic,

    /// <summary>The mean of the area that a pixel covers: Pillow's BOX.</summary>
    Area,

    /// <summary>The one pixel at the centre; aliases when reducing: Pillow's NEAREST.</summary>
    Nearest,

    /// <summary>
    /// The four pixels around the centre, however large the reduction, so that it aliases: PyTorch's
    /// <c>F.interpolate(mode="bilinear", align_corners=False)</c>, which the paper's evaluation uses.
    /// </summary>
    BilinearUnfiltered,
}
