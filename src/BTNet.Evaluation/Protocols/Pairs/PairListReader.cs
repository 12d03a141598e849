using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>
/// Reads pair lists: a line <c>path TAB path TAB 1 or 0</c> a pair (1 for one person), paths below a root folder,
/// blank lines and lines that begin with # left out. Each list is a fold; a single list is cut into ten.
/// </summary>
public static class PairListReader
{
    private const int FaultsNamed = 20;

    /// <summary>Reads the lists and looks whether their images exist, without decoding them.</summary>
    /// <param name="lists">The files, a fold each; at least one.</param>
    /// <param name="root">The folder that the paths start from.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of distinct images from 0 to 1 that may be missing; their pairs
    /// are then left out and counted in <see cref="PairSet.SkippedPairs"/>.</param>
    /// <exception cref="InputException">A list or the root is missing, lines cannot be read (all named with file and
    /// line), more images are missing than is borne, or too few pairs are left.</exception>
    public static PairSet Read(IReadOnlyList<string> lists, string root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentException.ThrowIfNullOrEmpty(root);
        if (lists.Count == 0) throw new ArgumentException("needs at least one list", nameof(lists));
        var faults = new List<string>();
        if (!Directory.Exists(root)) faults.Add($"{root}: there is no such folder; expected the root that the paths of the pair lists start from");
        foreach (var twice in lists.GroupBy(Path.GetFullPath).Where(group => group.Count() > 1))
            faults.Add($"{twice.First()}: is given {twice.Count()} times; expected each list once, as each is a fold");
        var lines = lists.Select(list => ListFile.Read<Line>(list, "a list of pairs", "pair", "'path TAB path TAB 1 or 0'", Parse, faults)).ToList();
        if (faults.Count > 0) throw new InputException("pair lists", [.. faults.Take(FaultsNamed)], faults.Count);

        var present = ListFile.Present([("the pair lists", lines.SelectMany(list => list).SelectMany(line => new[] { line.First, line.Second }))], root, skipped ?? new SkippedItems(), greatestMissingShare);
        return Build(lists, root, lines, present);
    }

    private static PairSet Build(IReadOnlyList<string> lists, string root, List<List<Line>> lines, PresentFiles present)
    {
        var name = string.Join(", ", lists.Select(Path.GetFileName));
        var kept = lines.Select(list => list.Where(line => present[line.First] && present[line.Second]).ToList()).ToList();
        var (notices, left) = (new List<string>(), kept.SelectMany(list => list).ToList());
        int[] folds;
        if (kept.Count == 1)
        {
            (folds, var notice) = PairFolds.Cut([.. left.Select(line => line.Same)], PairFolds.Usual, name);
            notices.Add(notice ?? $"{name}: a single list, cut into {PairFolds.Usual} folds in its order");
        }
        else
        {
            for (var i = 0; i < kept.Count; i++)
            {
                if (kept[i].Count == 0) throw new InputException($"{lists[i]}: no pair is left of it; expected at least one, as each list is a fold");
                if (kept[i].DistinctBy(line => line.Same).Count() == 1) notices.Add($"{lists[i]}: this fold holds pairs of one label only");
            }

            // Every choice of all folds but one must know both labels, or no threshold can be chosen on it.
            if (!HasBoth(left) || kept.Exists(without => !HasBoth(kept.Where(list => list != without).SelectMany(list => list))))
                throw new InputException($"{name}: the folds other than one hold pairs of one label only, so that no threshold can be chosen on them; expected pairs of one person (1) and of two (0) in at least two lists");
            folds = [.. kept.SelectMany((list, fold) => Enumerable.Repeat(fold, list.Count))];
        }

        var index = left.SelectMany(line => new[] { line.First, line.Second }).Distinct(StringComparer.Ordinal)
            .Select((path, i) => (path, i)).ToDictionary(entry => entry.path, entry => entry.i, StringComparer.Ordinal);
        var images = index.OrderBy(entry => entry.Value).Select(entry => new ListedImage(entry.Key, () => FaceDecoder.DecodeFile(Path.Combine(root, entry.Key)))).ToList();
        var pairs = left.Select((line, i) => new FacePair(index[line.First], index[line.Second], line.Same, folds[i])).ToList();
        return new PairSet(name, images, pairs, notices, lines.Sum(list => list.Count) - left.Count) { Missing = present.Missing.Sum() };
    }

    private static bool HasBoth(IEnumerable<Line> lines) => lines.DistinctBy(line => line.Same).Count() == 2;

    private static Line? Parse(string text, out string fault)
    {
        var fields = text.Split('\t');
        fault = "";
        if (fields.Length != 3) fault = $"{fields.Length} fields instead of 3";
        else if (fields[2].Trim() is not ("0" or "1")) fault = $"'{Quoted.Shorten(fields[2])}' is neither 1 (one person) nor 0 (two)";
        else if (ListFile.Bad(fields[0]) is { } first) fault = first;
        else if (ListFile.Bad(fields[1]) is { } second) fault = second;
        return fault.Length > 0 ? null : new Line(fields[0], fields[1], fields[2].Trim() == "1");
    }

    private sealed record Line(string First, string Second, bool Same);
}
