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
    /// <summary>The folder beside that of the 1:N set.</summary>
    public const string Folder = "Face_Verification_Test_Set";

    private const string Images = "verification_images";
    private const int FaultsNamed = 20;

    private static readonly (string Kind, bool Same)[] Lists = [("positive", true), ("negative", false)];

    /// <summary>The lists' files.</summary>
    public static IEnumerable<string> Files(string root) => Lists.Select(list => ListPath(Path.Combine(root, Folder), list.Kind));

    /// <summary>The pairs, those of one person first, cut into ten folds.</summary>
    public static PairSet Read(string root, SkippedItems skipped, double greatestMissingShare)
    {
        var folder = Path.Combine(root, Folder);
        List<(string First, string Second, bool Same)> pairs = [.. Lists.SelectMany(list => Listed(folder, list.Kind).Select(pair => (pair.First, pair.Second, list.Same)))];
        var notices = Compare(folder, pairs);
        var present = ListFile.Present([("the pair lists", pairs.SelectMany(pair => new[] { pair.First, pair.Second }))], folder, skipped, greatestMissingShare, $"Unpack {Folder} again, or remove it");
        var left = pairs.FindAll(pair => present[pair.First] && present[pair.Second]);
        var (folds, notice) = PairFolds.Cut([.. left.Select(pair => pair.Same)], PairFolds.Usual, Folder);
        if (notice is not null) notices.Add(notice);
        var index = Numbered(left);
        var images = index.OrderBy(entry => entry.Value).Select(entry => new ListedImage(entry.Key, () => FaceDecoder.DecodeFile(Path.Combine(folder, entry.Key)))).ToList();
        return new PairSet(Folder, images, [.. left.Select((pair, i) => new FacePair(index[pair.First], index[pair.Second], pair.Same, folds[i]))], notices, pairs.Count - left.Count) { Missing = present.Missing.Sum() };
    }

    private static string ListPath(string folder, string kind) => Path.Combine(folder, $"{kind}_pairs_names.mat");

    /// <summary>What is told of pairs that come twice.</summary>
    /// <exception cref="InputException">A pair is in both lists.</exception>
    private static List<string> Compare(string folder, List<(string First, string Second, bool Same)> pairs)
    {
        var (index, notices, faults) = (Numbered(pairs), new List<string>(), new List<string>());
        string[] names = [.. index.OrderBy(entry => entry.Value).Select(entry => Path.GetFileName(entry.Key))];
        long[] Keys(bool same) => [.. pairs.Where(pair => pair.Same == same).Select(pair => PairLabels.Key(index[pair.First], index[pair.Second])).Order()];
        PairLabels.Compare(folder, Keys(same: true), Keys(same: false), image => names[image], "in the list of one person as well as in that of two", faults, notices);
        return faults.Count == 0 ? notices : throw new InputException("pair lists", faults);
    }

    private static Dictionary<string, int> Numbered(List<(string First, string Second, bool Same)> pairs) =>
        pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct(StringComparer.Ordinal).Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);

    private static IEnumerable<(string First, string Second)> Listed(string folder, string kind)
    {
        var (path, variable) = (ListPath(folder, kind), $"{kind}_pairs_names");
        var file = MatFile.Read(path);
        var value = file[variable];
        var names = MatNames.Of(file, variable);
        if (names.Count == 0) throw new InputException($"{path}: names no pair; expected a cell array of two columns of names");
        if (value is not MatCells { Dimensions: [var rows, 2] }) throw new InputException($"{path}: {variable} is {value.Description}; expected a cell array of two columns of names");
        List<string> faults = [.. names.Select((name, i) => MatNames.Bad(name) is { } bad ? $"pair {(i % rows) + 1}: {bad}; expected the name of an image in {Images}" : "").Where(fault => fault.Length > 0)];
        // Down the columns: the second names lie behind all the first.
        faults.AddRange(Enumerable.Range(0, rows).Where(row => names[row] == names[rows + row]).Select(row => $"pair {row + 1}: '{Quoted.Shorten(names[row])}' is compared with itself; expected two images"));
        if (faults.Count > 0) throw new InputException(path, [.. faults.Take(FaultsNamed)], faults.Count);
        return Enumerable.Range(0, rows).Select(row => (Path.Combine(Images, names[row]), Path.Combine(Images, names[rows + row])));
    }
}
