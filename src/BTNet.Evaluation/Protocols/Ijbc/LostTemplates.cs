using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Templates that pairs, galleries or probes name and that no image is there of: each is named once.</summary>
internal sealed class LostTemplates
{
    private readonly IjbcSet _set;
    private readonly SkippedItems _skipped;
    private readonly bool[] _used;
    private readonly bool[] _lost;

    /// <summary>Looks which have no image in the lists.</summary>
    public LostTemplates(IjbcSet set, SkippedItems skipped)
    {
        (_set, _skipped, _used, _lost) = (set, skipped, new bool[set.TemplateIds.Count], new bool[set.TemplateIds.Count]);
        foreach (var pairs in (TemplatePairs[])[set.Mates, set.Strangers])
        {
            foreach (var template in pairs.Enrolled) _used[template] = true;
            foreach (var template in pairs.Probes) _used[template] = true;
        }

        foreach (var one in set.Galleries.SelectMany(gallery => gallery.Templates).Concat(set.Probes)) _used[one.Template] = true;
        var present = new bool[_used.Length];
        foreach (var template in set.Images.Templates) present[template] = true;
        Note(present);
    }

    /// <summary>How many are lost.</summary>
    public int Count => _lost.Count(lost => lost);

    /// <summary>Of each template, whether nothing is known to be wrong with it.</summary>
    public bool[] Present => [.. _lost.Select(lost => !lost)];

    /// <exception cref="InputException">More than that share of the templates is lost.</exception>
    public void ThrowIfMoreThan(double greatestShare)
    {
        var used = _used.Count(one => one);
        if (Count <= greatestShare * used) return;
        var first = Enumerable.Range(0, _lost.Length).Where(template => _lost[template]).Take(5).Select(template => _set.TemplateIds[template]);
        throw new InputException(
            $"{_set.Name}: {Count} of {used} templates that pairs, galleries or probes name have no image, more than the {greatestShare:P1} that is borne. First of them: {string.Join(", ", first)}. "
            + "Complete the list of images, or bear a greater share (--broken-share)");
    }

    /// <summary>Names those that are not present and were not named yet.</summary>
    public void Note(bool[] present)
    {
        for (var template = 0; template < _lost.Length; template++)
        {
            if (!_used[template] || present[template] || _lost[template]) continue;
            _lost[template] = true;
            _skipped.Add($"template {_set.TemplateIds[template]}", "no image of it is there; its pairs and searches are left out");
        }
    }
}
