using BTNet.Evaluation.Matlab;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>
/// Reads the 1:1 set of QMUL-SurvFace: <c>Face_Verification_Test_Set</c> with <c>positive_pairs_names.mat</c> and <c>negative_pairs_names.mat</c>, each a cell array of two columns of file names, and
/// the images in <c>verification_images</c>.
/// </summary>
internal static class SurvFacePairs
{
    private const string Folder = "Face_Verification_Test_Set";
    private const string Images = "verification_images";
    private const int FaultsNamed = 20;

    /// <summary>The pairs, those of one person first, cut into ten folds; null where the folder is not there.</summary>
    public static PairSet? Read(string root, SkippedItems skipped, double greatestMissingShare)
    {
        var folder = Path.Combine(root, Folder);
        if (!Directory.Exists(folder)) return null;
        List<(string First, string Second, bool Same)> pairs = [.. Listed(folder, "positive", same: true), .. Listed(folder, "negative", same: false)];
        var present = ListFile.Present("pair lists", pairs.SelectMany(pair => new[] { pair.First, pair.Second }), folder, skipped, greatestMissingShare, $"Unpack {Folder} again, or remove it");
        var left = pairs.FindAll(pair => present[pair.First] && present[pair.Second]);
        var (folds, notice) = PairFolds.Cut([.. left.Select(pair => pair.Same)], PairFolds.Usual, Folder);
        var index = left.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct(StringComparer.Ordinal).Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var images = index.OrderBy(entry => entry.Value).Select(entry => new ListedImage(entry.Key, () => FaceDecoder.DecodeFile(Path.Combine(folder, entry.Key)))).ToList();
        return new PairSet(
            Folder, images, [.. left.Select((pair, i) => new FacePair(index[pair.First], index[pair.Second], pair.Same, folds[i]))], notice is null ? [] : [notice], pairs.Count - left.Count);
    }

    private static IEnumerable<(string First, string Second, bool Same)> Listed(string folder, string kind, bool same)
    {
        var (path, variable) = (Path.Combine(folder, $"{kind}_pairs_names.mat"), $"{kind}_pairs_names");
        var file = MatFile.Read(path);
        var value = file[variable];
        var names = MatNames.Of(file, variable);
        if (names.Count == 0) throw new InputException($"{path}: names no pair; expected a cell array of two columns of names");
        if (value is not MatCells { Dimensions: [var rows, 2] }) throw new InputException($"{path}: {variable} is {value.Description}; expected a cell array of two columns of names");
        List<string> faults = [.. names.Select((name, i) => MatNames.Bad(name) is { } bad ? $"pair {(i % rows) + 1}: {bad}; expected the name of an image in {Images}" : "").Where(fault => fault.Length > 0)];
        if (faults.Count > 0) throw new InputException(path, [.. faults.Take(FaultsNamed)], faults.Count);
        // Down the columns: the second names lie behind all the first.
        return Enumerable.Range(0, rows).Select(row => (Path.Combine(Images, names[row]), Path.Combine(Images, names[rows + row]), same));
    }
}
