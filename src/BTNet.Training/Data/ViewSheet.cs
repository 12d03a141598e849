using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Training.Data;

/// <summary>A page that shows what a branch is trained on, to judge options of augmentation by eye.</summary>
public static class ViewSheet
{
    /// <summary>Draws for each picture two rows, what the teacher and what the branch sees, with a column for each epoch.</summary>
    /// <param name="source">Where the pictures are.</param>
    /// <param name="items">Which of them, at least one.</param>
    /// <param name="options">How they are varied and reduced.</param>
    /// <param name="resolution">The branch's, below 112.</param>
    /// <param name="seed">The training's.</param>
    /// <param name="epochs">How many columns, at least 1.</param>
    /// <exception cref="InputException">The options are faulty, each fault in the message, or a picture cannot be read.</exception>
    public static FaceImage Draw(IFaceSource source, IReadOnlyList<int> items, AugmentationOptions options, Resolution resolution, ulong seed, int epochs)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        var view = new BranchView(resolution);
        if ((List<string>)[.. view.Faults(), .. options.Faults()] is { Count: > 0 } faults) throw new InputException("views", faults);
        var augmenter = new FaceAugmenter(options, view, seed);
        List<ContactSheetRow> rows = [];
        foreach (var item in items)
        {
            var seen = Enumerable.Range(0, epochs).Select(epoch => Seen(augmenter, source.Load(item), epoch, item, resolution.Side)).ToList();
            rows.Add(new ContactSheetRow("teacher", [.. seen.Select(faces => faces.Full)]));
            rows.Add(new ContactSheetRow($"{resolution} x {resolution}", [.. seen.Select(faces => faces.Reduced)]));
        }

        return ContactSheet.Draw($"What a branch of {resolution} pixels learns from, epoch by epoch", rows);
    }

    private static (FaceImage Full, FaceImage Reduced) Seen(FaceAugmenter augmenter, FaceImage image, int epoch, int item, int side)
    {
        var (full, reduced) = (new byte[BatchInWork.FullBytes], new byte[3 * side * side]);
        augmenter.Write(image, epoch, item, full, reduced);
        return (Together(full, Resolution.Full.Side), Together(reduced, side));
    }

    private static FaceImage Together(byte[] planes, int side)
    {
        var (pixels, plane) = (new byte[planes.Length], side * side);
        for (var at = 0; at < pixels.Length; at++) pixels[at] = planes[(at % 3 * plane) + (at / 3)];
        return new FaceImage(side, side, pixels);
    }
}
