using System.Globalization;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>What labelled pairs say more than once. A pair is the same in either order.</summary>
internal static class PairLabels
{
    private const int ContradictionsNamed = 5;

    /// <summary>A number that two pairs share only where they are of the same two.</summary>
    public static long Key(int first, int second) => ((long)Math.Min(first, second) << 32) | (uint)Math.Max(first, second);

    /// <summary>Pairs that come twice count twice, as in the references, and are told; one that is labelled in both ways cannot be meant.</summary>
    /// <param name="source">The list or the folder of the lists.</param>
    /// <param name="same">The keys of the pairs of one person, rising.</param>
    /// <param name="different">Those of the pairs of two people, rising.</param>
    /// <param name="name">What one of a pair is called.</param>
    /// <param name="labels">What the labels are called: <c>labelled 1 as well as 0</c>.</param>
    /// <param name="faults">Gets the contradictions.</param>
    /// <param name="notices">Gets the repetitions.</param>
    public static void Compare(string source, long[] same, long[] different, Func<int, string> name, string labels, List<string> faults, List<string> notices)
    {
        var twice = Repeats(same) + Repeats(different);
        if (twice > 0) notices.Add(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(source)}: {twice} pairs are repeated, in this order or the other; each counts as often as it is listed."));
        var at = 0;
        List<string> both = [];
        foreach (var key in same.Distinct())
        {
            while (at < different.Length && different[at] < key) at++;
            if (at < different.Length && different[at] == key) both.Add($"{name((int)(key >> 32))} {name((int)(key & int.MaxValue))}");
        }

        if (both.Count > 0) faults.Add(string.Create(CultureInfo.InvariantCulture, $"{source}: {both.Count} pairs are {labels}: {string.Join(", ", both.Take(ContradictionsNamed))}; expected one label a pair"));
    }

    private static int Repeats(long[] sorted)
    {
        var repeats = 0;
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1]) repeats++;
        }

        return repeats;
    }
}
