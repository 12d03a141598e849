namespace BTNet.Gallery.Search;

/// <summary>The best of so many owners, each with its best row.</summary>
/// <param name="places">How many, at least 1.</param>
internal sealed class BestOwners(int places)
{
    private readonly Match[] _best = new Match[places];
    private int _count;
    private int _last;

    /// <summary>The score of the last of them; no score is below it while there are fewer.</summary>
    public float Floor { get; private set; } = float.NegativeInfinity;

    /// <summary>Takes a row, if it is among the best.</summary>
    public void Add(Match match)
    {
        if (_count == places && Match.Compare(match, _best[_last]) >= 0) return;
        var own = -1;
        for (var i = 0; i < _count && own < 0; i++)
            if (_best[i].Owner == match.Owner) own = i;
        if (own >= 0)
        {
            if (Match.Compare(match, _best[own]) >= 0) return;
            _best[own] = match;
        }
        else if (_count < places)
        {
            _best[_count++] = match;
        }
        else
        {
            _best[_last] = match;
        }

        if (_count < places) return;
        _last = 0;
        for (var i = 1; i < places; i++)
            if (Match.Compare(_best[i], _best[_last]) > 0) _last = i;
        Floor = _best[_last].Score;
    }

    /// <summary>Them, the best first.</summary>
    public Match[] Ordered()
    {
        var ordered = _best[.._count];
        Array.Sort(ordered, Match.Compare);
        return ordered;
    }
}
