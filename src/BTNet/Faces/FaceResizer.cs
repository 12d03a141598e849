namespace BTNet.Faces;

/// <summary>Enlarges and reduces pictures, aspect ignored, as the networks were trained to see it done.</summary>
public static class FaceResizer
{
    /// <summary>
    /// The picture at another size. <see cref="ResampleKernel.Bilinear"/>, <see cref="ResampleKernel.Bicubic"/>,
    /// <see cref="ResampleKernel.Area"/> and <see cref="ResampleKernel.Nearest"/> give what Pillow's
    /// <c>Image.resize</c> gives; <see cref="ResampleKernel.BilinearUnfiltered"/> what PyTorch's
    /// <c>F.interpolate</c> gives, rounded to 8 bits. Safe for use from several threads.
    /// </summary>
    /// <param name="image">The picture; left as it is, and returned itself where it has that size already.</param>
    /// <param name="width">Wanted width in pixels, at least 1.</param>
    /// <param name="height">Wanted height in pixels, at least 1.</param>
    /// <param name="kernel">How pixels are weighted.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1, more than <see cref="FaceDecoder.MaxPixels"/>
    /// pixels, or a kernel that the enumeration lacks.</exception>
    public static FaceImage Resize(FaceImage image, int width, int height, ResampleKernel kernel = ResampleKernel.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, FaceDecoder.MaxPixels, nameof(width));
        if (image.Width == width && image.Height == height) return image;
        var pixels = kernel switch
        {
            ResampleKernel.Bilinear or ResampleKernel.Bicubic or ResampleKernel.Area => WeightedResampler.Resize(image, width, height, kernel),
            ResampleKernel.Nearest => PointResampler.Nearest(image, width, height),
            ResampleKernel.BilinearUnfiltered => PointResampler.Bilinear(image, width, height),
            _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "no such kernel"),
        };
        return new FaceImage(width, height, pixels);
    }
}
