using System.Runtime.InteropServices;
using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Millions of pairs of templates, two integers each.</summary>
public sealed class TemplatePairs
{
    private readonly List<int> _enrolled = [];
    private readonly List<int> _probes = [];

    /// <summary>How many there are.</summary>
    public int Count => _enrolled.Count;

    /// <summary>The first template of each pair, as an index into <see cref="IjbcSet.TemplateIds"/>.</summary>
    public ReadOnlySpan<int> Enrolled => CollectionsMarshal.AsSpan(_enrolled);

    /// <summary>The second template of each pair.</summary>
    public ReadOnlySpan<int> Probes => CollectionsMarshal.AsSpan(_probes);

    /// <summary>Adds a pair.</summary>
    public void Add(int enrolled, int probe)
    {
        _enrolled.Add(enrolled);
        _probes.Add(probe);
    }

    /// <summary>Those of which both templates are held to be there; itself where all are.</summary>
    internal TemplatePairs Among(bool[] present)
    {
        if (!present.Contains(false)) return this;
        var left = new TemplatePairs();
        for (var i = 0; i < Count; i++)
        {
            if (present[_enrolled[i]] && present[_probes[i]]) left.Add(_enrolled[i], _probes[i]);
        }

        return left;
    }

    /// <summary>The pairs as numbers that are equal where they are of the same two templates in any order, rising.</summary>
    internal long[] Keys()
    {
        var keys = new long[Count];
        for (var i = 0; i < keys.Length; i++) keys[i] = PairLabels.Key(_enrolled[i], _probes[i]);
        Array.Sort(keys);
        return keys;
    }
}
