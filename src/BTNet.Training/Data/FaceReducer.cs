using BTNet.Faces;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>Makes a branch's face of a view, as a camera far away would. Safe for use from several threads.</summary>
internal sealed class FaceReducer(ReductionOptions options)
{
    private static readonly ResampleKernel[] Smooth = [ResampleKernel.Bilinear, ResampleKernel.Bicubic, ResampleKernel.Area];
    private static readonly ResampleKernel[] Aliased = [ResampleKernel.Nearest, ResampleKernel.BilinearUnfiltered];

    /// <param name="view">What the teacher sees, at its own size; left as it is.</param>
    /// <param name="side">The branch's resolution.</param>
    /// <param name="kernel">What reduces where the options draw no other.</param>
    /// <param name="clean">What reduces a face that stays clean.</param>
    /// <param name="random">Draws.</param>
    /// <returns>Side x side pixels.</returns>
    public FaceImage Reduce(FaceImage view, int side, ResampleKernel kernel, ResampleKernel clean, SeededRandom random)
    {
        // Each drawn whether used or not, so that one option does not change what another draws; the noise, whose draws are as many
        // as there are pixels, last.
        var isClean = random.NextDouble() < options.CleanShare;
        var small = Math.Max((int)Math.Round(side * Math.Pow(options.SmallestShare, random.NextDouble())), 1);
        var smooth = Smooth[random.Next(Smooth.Length)];
        var aliased = Aliased[random.Next(Aliased.Length)];
        var aliases = random.NextDouble() < options.AliasedShare;
        var right = random.NextDouble(-1, 1) * options.CropShift;
        var down = random.NextDouble(-1, 1) * options.CropShift;
        var length = 1 + (random.NextDouble(-1, 1) * options.CropScale);
        var blur = random.NextDouble() * options.BlurPixels;
        var gain = 1 + (random.NextDouble(-1, 1) * options.BrightnessJitter);
        var noise = random.NextDouble() * options.NoiseLevels;
        var colour = random.NextDouble();
        var compressed = random.NextDouble() < options.JpegShare;
        var quality = options.JpegLowest + random.Next(options.JpegHighest - options.JpegLowest + 1);
        var (blockX, blockY) = (random.Next(JpegTrace.Block), random.Next(JpegTrace.Block));
        if (isClean) return FaceResizer.Resize(view, side, side, clean);

        if (options.SmoothKernels) kernel = smooth;
        if (aliases) kernel = aliased;
        var face = right == 0 && down == 0 && length == 1 && blur == 0
            ? FaceResizer.Resize(view, small, small, kernel)
            : SmallCrop.Reduce(view, small, kernel, right, down, length, blur);
        if (gain != 1 || noise > 0) face = SensorNoise.Add(face, gain, noise, colour, random);
        if (compressed) face = JpegTrace.Leave(face, quality, blockX, blockY);
        return FaceResizer.Resize(face, side, side);
    }
}
