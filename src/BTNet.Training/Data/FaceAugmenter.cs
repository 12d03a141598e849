using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>
/// Varies and reduces one picture at a time and writes it where a network reads it: planes of red, green and blue.
/// Everything drawn depends on seed, epoch and item, never on the order of the work. Safe for use from several threads.
/// </summary>
internal sealed class FaceAugmenter(AugmentationOptions options, FaceView view, ulong seed)
{
    private static readonly int Full = Resolution.Full.Side;
    private static readonly ResampleKernel[] Kernels = [ResampleKernel.Bilinear, ResampleKernel.Bicubic, ResampleKernel.Area, ResampleKernel.Nearest];

    private readonly FaceReducer _reducer = new(options.Reduction);

    /// <summary>Which view each epoch shows.</summary>
    public FaceViews Views { get; } = new(options, seed);

    /// <param name="image">The picture at its own size.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="item">The item.</param>
    /// <param name="full">Gets 3 x 112 x 112 bytes; empty where a branch is trained and its teacher need not look.</param>
    /// <param name="reduced">Gets 3 x r x r bytes where a branch is trained; otherwise empty.</param>
    public void Write(FaceImage image, int epoch, int item, Span<byte> full, Span<byte> reduced)
    {
        var (random, reduction) = Views.Draws(epoch, item);
        var varied = Vary(image, random, () => Views.Repaint(epoch, item));
        var drawn = Kernels[reduction.Next(Kernels.Length)];
        var kernel = options.RandomKernel ? drawn : options.Kernel;
        switch (view)
        {
            case BranchView branch:
                if (!full.IsEmpty) PixelPlanes.Write(At112(varied).Pixels, full);
                PixelPlanes.Write(Reduce(varied, branch.Resolution.Side, kernel, epoch, item).Pixels, reduced);
                break;
            case TrunkView trunk:
                var side = Draw(trunk, reduction).Side;
                PixelPlanes.Write(FaceResizer.Resize(FaceResizer.Resize(At112(varied), side, side, kernel), Full, Full).Pixels, full);
                break;
            default:
                throw new InvalidOperationException($"no such view: {view}");
        }
    }

    /// <summary>Writes a fixed view as the teacher sees it.</summary>
    /// <param name="image">The picture at its own size.</param>
    /// <param name="number">Which of its views.</param>
    /// <param name="item">The item.</param>
    /// <param name="full">Gets 3 x 112 x 112 bytes.</param>
    public void WriteView(FaceImage image, int number, int item, Span<byte> full)
    {
        var (random, repaint) = Views.Fixed(number, item);
        PixelPlanes.Write(At112(Vary(image, random, () => repaint)).Pixels, full);
    }

    private FaceImage Vary(FaceImage image, SeededRandom random, Func<SeededRandom> repaint)
    {
        // Drawn whether used or not, so that one option does not change what another draws.
        var flip = random.NextBool() && options.Flip;
        var right = random.NextDouble(-1, 1) * options.ShiftPixels / Full;
        var down = random.NextDouble(-1, 1) * options.ShiftPixels / Full;
        var gain = 1 + (random.NextDouble(-1, 1) * options.BrightnessJitter);
        return options.Repaints
            ? ViewPainter.Paint(image, ViewChange.Draw(options, flip, right, down, gain, repaint()))
            : Vary(image, flip, Whole(right * image.Width), Whole(down * image.Height), gain);
    }

    private FaceImage At112(FaceImage image) => FaceResizer.Resize(image, Full, Full, options.Kernel);

    private FaceImage Reduce(FaceImage varied, int side, ResampleKernel kernel, int epoch, int item) => options.Reduction.IsPlain
        ? FaceResizer.Resize(varied, side, side, kernel)
        : _reducer.Reduce(varied, side, kernel, options.Kernel, Views.Capture(epoch, item));

    private static int Whole(double pixels) => (int)Math.Round(pixels, MidpointRounding.AwayFromZero);

    private static Resolution Draw(TrunkView trunk, SeededRandom random)
    {
        var place = random.NextDouble() * trunk.Resolutions.Sum(drawn => drawn.Weight);
        foreach (var (resolution, weight) in trunk.Resolutions)
        {
            if (place < weight) return resolution;
            place -= weight;
        }

        return trunk.Resolutions.Last(drawn => drawn.Weight > 0).Resolution;
    }

    private static FaceImage Vary(FaceImage image, bool flip, int right, int down, double gain)
    {
        // Most pictures are mirrored and nothing else, or not even that.
        if (right == 0 && down == 0 && gain == 1) return flip ? image.Flipped() : image;
        var (width, height) = (image.Width, image.Height);
        var from = image.Pixels;
        var levels = new byte[256];
        for (var level = 0; level < levels.Length; level++) levels[level] = (byte)Math.Clamp(Math.Round(level * gain), 0, 255);
        var columns = new int[width];
        for (var x = 0; x < width; x++)
        {
            var column = Math.Clamp(x - right, 0, width - 1);
            columns[x] = 3 * (flip ? width - 1 - column : column);
        }

        var pixels = new byte[from.Length];
        for (var (y, to) = (0, 0); y < height; y++)
        {
            var row = from.Slice(3 * width * Math.Clamp(y - down, 0, height - 1), 3 * width);
            foreach (var column in columns)
            {
                pixels[to] = levels[row[column]];
                pixels[to + 1] = levels[row[column + 1]];
                pixels[to + 2] = levels[row[column + 2]];
                to += 3;
            }
        }

        return new FaceImage(width, height, pixels);
    }
}
