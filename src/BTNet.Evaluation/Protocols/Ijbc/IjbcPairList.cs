namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Reads pairs of templates: a line <c>template template 1 or 0</c> a pair, 1 for one person.</summary>
internal static class IjbcPairList
{
    private const string Form = "'template template 1 or 0'";
    private const int ContradictionsNamed = 5;

    public static (TemplatePairs Mates, TemplatePairs Strangers) Read(string path, TemplateNumbers templates, List<string> faults, List<string> notices)
    {
        var (mates, strangers, before) = (new TemplatePairs(), new TemplatePairs(), faults.Count);
        ListFile.Scan(path, "a list of pairs of templates", "pair", Form, Take, faults);
        if (faults.Count > before) return (mates, strangers);
        if (mates.Count == 0 || strangers.Count == 0)
            faults.Add($"{path}: all {mates.Count + strangers.Count} pairs are labelled {(mates.Count > 0 ? 1 : 0)}; expected pairs of one person (1) and of two (0)");
        Compare(path, mates, strangers, templates, faults, notices);
        return (mates, strangers);

        string? Take(ReadOnlySpan<char> line)
        {
            Span<Range> fields = stackalloc Range[3];
            if (IjbcFields.Split(line, fields) is { } fault) return fault;
            if (!IjbcFields.Whole(line[fields[0]], out var first)) return $"{IjbcFields.Quote(line[fields[0]])} is no template";
            if (!IjbcFields.Whole(line[fields[1]], out var second)) return $"{IjbcFields.Quote(line[fields[1]])} is no template";
            if (line[fields[2]] is not ("0" or "1")) return $"the label is {IjbcFields.Quote(line[fields[2]])}";
            if (first == second) return $"template {first} is compared with itself";
            (line[fields[2]] is "1" ? mates : strangers).Add(templates.Of(first), templates.Of(second));
            return null;
        }
    }

    /// <summary>Pairs that come twice count twice, as in the reference, and are told; one that is labelled in both ways cannot be meant.</summary>
    private static void Compare(string path, TemplatePairs mates, TemplatePairs strangers, TemplateNumbers templates, List<string> faults, List<string> notices)
    {
        var (same, different) = (mates.Keys(), strangers.Keys());
        var twice = Repeats(same) + Repeats(different);
        if (twice > 0) notices.Add($"{Path.GetFileName(path)}: {twice} pairs are repeated, in this order or the other; each counts as often as it is listed.");
        var at = 0;
        List<string> both = [];
        foreach (var key in same.Distinct())
        {
            while (at < different.Length && different[at] < key) at++;
            if (at < different.Length && different[at] == key) both.Add($"{templates.Ids[(int)(key >> 32)]} {templates.Ids[(int)(key & int.MaxValue)]}");
        }

        if (both.Count > 0) faults.Add($"{path}: {both.Count} pairs are labelled 1 as well as 0: {string.Join(", ", both.Take(ContradictionsNamed))}; expected one label a pair");
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
