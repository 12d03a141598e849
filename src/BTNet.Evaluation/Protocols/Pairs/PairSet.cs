using System.Security.Cryptography;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>
/// Pairs of images cut into folds. Each distinct image occurs once in <see cref="Images"/> however many pairs hold
/// it, so that it is decoded and embedded once.
/// </summary>
public sealed class PairSet
{
    /// <param name="name">For reports.</param>
    /// <param name="images">Every image that occurs.</param>
    /// <param name="pairs">The pairs, their folds numbered from 0 without gaps.</param>
    /// <param name="notices">What the user should be told about how the set was made.</param>
    /// <param name="skippedPairs">Pairs that were left out already, because an image is missing.</param>
    /// <exception cref="ArgumentException">An index out of range, fewer than two folds, or an empty fold.</exception>
    public PairSet(string name, IReadOnlyList<ListedImage> images, IReadOnlyList<FacePair> pairs, IReadOnlyList<string>? notices = null, int skippedPairs = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Any(pair => pair.First < 0 || pair.First >= images.Count || pair.Second < 0 || pair.Second >= images.Count))
            throw new ArgumentException("a pair names an image that there is not", nameof(pairs));
        var folds = pairs.Select(pair => pair.Fold).Distinct().Order().ToList();
        if (folds.Count < 2 || folds[0] != 0 || folds[^1] != folds.Count - 1)
            throw new ArgumentException("needs at least two folds, numbered from 0 without gaps", nameof(pairs));
        (Name, Images, Pairs, FoldCount, Notices, SkippedPairs) = (name, images, pairs, folds.Count, notices ?? [], skippedPairs);
    }

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>Every image that occurs, once.</summary>
    public IReadOnlyList<ListedImage> Images { get; }

    /// <summary>The pairs in the order of the source.</summary>
    public IReadOnlyList<FacePair> Pairs { get; }

    /// <summary>Number of folds, at least 2.</summary>
    public int FoldCount { get; }

    /// <summary>What the user should be told about how the set was made, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>Pairs that the source names but that are left out, because an image is missing.</summary>
    public int SkippedPairs { get; }

    /// <summary>Images that were missing when the lists were read.</summary>
    internal int Missing { get; init; }

    /// <summary>The images, of which a share may be lost.</summary>
    /// <param name="first">Where they begin among the images of the protocol.</param>
    internal ImageList ImageList(int first = 0) => new($"{Name}, images of pairs", [.. Enumerable.Range(first, Images.Count)], Missing);

    /// <summary>The pairs whose images are whole.</summary>
    /// <param name="broken">Whether an image is not.</param>
    /// <exception cref="InputException">A fold or a label has none.</exception>
    internal int[] Whole(Func<int, bool> broken)
    {
        int[] whole = [.. Enumerable.Range(0, Pairs.Count).Where(pair => !broken(Pairs[pair].First) && !broken(Pairs[pair].Second))];
        var left = whole.Select(pair => Pairs[pair]).ToList();
        if (left.DistinctBy(pair => pair.Fold).Count() == FoldCount && left.DistinctBy(pair => pair.Same).Count() == 2) return whole;
        throw new InputException(
            $"{Name}: {left.Count} of {Pairs.Count} pairs are left, and a fold or a label has none; expected pairs of one person and of two, and some in each fold. Mend the broken images or give more pairs");
    }

    /// <summary>The pairs of an InsightFace evaluation file, cut into folds in their order (see <see cref="PairFolds.Cut"/>);
    /// images of equal bytes are taken for one.</summary>
    /// <param name="bin">The file's contents.</param>
    /// <param name="folds">Wanted folds, at least 2; ten are usual.</param>
    /// <exception cref="InputException">Too few pairs of a label.</exception>
    public static PairSet FromBin(InsightFaceBin bin, int folds = PairFolds.Usual)
    {
        ArgumentNullException.ThrowIfNull(bin);
        var (images, known) = (new List<ListedImage>(), new Dictionary<string, int>(StringComparer.Ordinal));
        var same = Enumerable.Range(0, bin.Pairs).Select(bin.Same).ToList();
        var (cut, notice) = PairFolds.Cut(same, folds, bin.Name);
        var pairs = new FacePair[bin.Pairs];
        for (var pair = 0; pair < pairs.Length; pair++)
            pairs[pair] = new FacePair(Index(bin.First(pair), 2 * pair), Index(bin.Second(pair), (2 * pair) + 1), same[pair], cut[pair]);
        return new PairSet(bin.Name, images, pairs, notice is null ? [] : [notice]);

        int Index(ReadOnlyMemory<byte> encoded, int number)
        {
            var hash = Convert.ToHexString(SHA256.HashData(encoded.Span));
            if (known.TryGetValue(hash, out var index)) return index;
            var name = $"{bin.Name}, image {number}";
            images.Add(new ListedImage(name, () => FaceDecoder.Decode(encoded, name)));
            return known[hash] = images.Count - 1;
        }
    }
}
