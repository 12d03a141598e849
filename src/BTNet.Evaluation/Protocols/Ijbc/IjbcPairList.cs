using System.Globalization;
using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Reads pairs of templates: a line <c>template template 1 or 0</c> a pair, 1 for one person.</summary>
internal static class IjbcPairList
{
    private const string Form = "'template template 1 or 0'";

    public static (TemplatePairs Mates, TemplatePairs Strangers) Read(string path, TemplateNumbers templates, List<string> faults, List<string> notices)
    {
        var (mates, strangers, before) = (new TemplatePairs(), new TemplatePairs(), faults.Count);
        ListFile.Scan(path, "a list of pairs of templates", "pair", Form, Take, faults);
        if (faults.Count > before) return (mates, strangers);
        if (mates.Count == 0 || strangers.Count == 0)
            faults.Add($"{path}: all {mates.Count + strangers.Count} pairs are labelled {(mates.Count > 0 ? 1 : 0)}; expected pairs of one person (1) and of two (0)");
        PairLabels.Compare(path, mates.Keys(), strangers.Keys(), template => templates.Ids[template].ToString(CultureInfo.InvariantCulture), "labelled 1 as well as 0", faults, notices);
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
}
