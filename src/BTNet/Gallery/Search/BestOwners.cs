using System.Runtime.CompilerServices;

namespace BTNet.Gallery.Search;

/// <summary>The best of so many owners, each with its best row: a heap whose root is the last of them, and where each owner is in it.</summary>
/// <param name="places">How many, at least 1.</param>
internal sealed class BestOwners(int places)
{
    private readonly List<Match> _heap = [];
    private readonly Dictionary<int, int> _places = [];

    /// <summary>The score of the last of them; no score is below it while there are fewer.</summary>
    public float Floor { get; private set; } = float.NegativeInfinity;

    /// <summary>Takes a row, if it is among the best.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(Match match)
    {
        if (_heap.Count == places && Match.Compare(match, _heap[0]) >= 0) return;
        if (_places.TryGetValue(match.Owner, out var own))
        {
            if (Match.Compare(match, _heap[own]) >= 0) return;
            Sink(own, match);
        }
        else if (_heap.Count < places)
        {
            _heap.Add(match);
            Rise(_heap.Count - 1, match);
        }
        else
        {
            _places.Remove(_heap[0].Owner);
            Sink(0, match);
        }

        if (_heap.Count == places) Floor = _heap[0].Score;
    }

    /// <summary>Them, the best first.</summary>
    public Match[] Ordered()
    {
        Match[] ordered = [.. _heap];
        Array.Sort(ordered, Match.Compare);
        return ordered;
    }

    /// <summary>Puts a match that is no worse than what was there to its place further from the root.</summary>
    private void Sink(int at, Match match)
    {
        while (true)
        {
            var worse = (2 * at) + 1;
            if (worse >= _heap.Count) break;
            if (worse + 1 < _heap.Count && Match.Compare(_heap[worse + 1], _heap[worse]) > 0) worse++;
            if (Match.Compare(match, _heap[worse]) >= 0) break;
            Put(at, _heap[worse]);
            at = worse;
        }

        Put(at, match);
    }

    private void Rise(int at, Match match)
    {
        while (at > 0 && Match.Compare(match, _heap[(at - 1) / 2]) > 0)
        {
            Put(at, _heap[(at - 1) / 2]);
            at = (at - 1) / 2;
        }

        Put(at, match);
    }

    private void Put(int at, Match match) => (_heap[at], _places[match.Owner]) = (match, at);
}
