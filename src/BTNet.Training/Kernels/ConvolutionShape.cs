using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>The sizes of a convolution with a square kernel over channels-last maps.</summary>
/// <param name="Images">N.</param>
/// <param name="Channels">Channels in.</param>
/// <param name="Height">Height in.</param>
/// <param name="Width">Width in.</param>
/// <param name="Outputs">Channels out.</param>
/// <param name="Side">Side of the kernel.</param>
/// <param name="Stride">Step in both directions.</param>
/// <param name="Padding">Zeros around the input.</param>
internal readonly record struct ConvolutionShape(int Images, int Channels, int Height, int Width, int Outputs, int Side, int Stride, int Padding)
{
    /// <summary>Height out.</summary>
    public int OutHeight => ((Height + (2 * Padding) - Side) / Stride) + 1;

    /// <summary>Width out.</summary>
    public int OutWidth => ((Width + (2 * Padding) - Side) / Stride) + 1;

    /// <summary>Places of the kernel.</summary>
    public int Taps => Side * Side;

    /// <summary>Rows of all output maps.</summary>
    public int OutRows => Images * OutHeight;

    /// <summary>Of an input <c>[N, C, H, W]</c> and a kernel <c>[O, C / groups, k, k]</c>.</summary>
    public static ConvolutionShape Of(Tensor input, Tensor kernel, int stride, int padding)
    {
        var (shape, sides) = (input.shape, kernel.shape);
        return new ConvolutionShape((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3], (int)sides[0], (int)sides[2], stride, padding);
    }
}
