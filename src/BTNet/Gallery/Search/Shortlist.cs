using System.Runtime.CompilerServices;

namespace BTNet.Gallery.Search;

/// <summary>
/// Rows that may be among the best, from scores that are known to within a bound: of each row the score lies between a lower and an upper one. A row whose upper score is below the lower ones of so many
/// owners cannot be among as many best.
/// </summary>
/// <param name="places">How many owners are wanted, at least 1.</param>
internal sealed class Shortlist(int places)
{
    private const int Least = 1024;

    private readonly BestOwners _lower = new(places);
    private readonly List<(Match Upper, float Lower)> _rows = [];
    private int _room = Least;

    /// <summary>The upper score below which no row is wanted.</summary>
    public float Floor => _lower.Floor;

    /// <summary>Takes a row. Not first slowly: it is called for every row that the scan stops at.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="row">The row.</param>
    /// <param name="lower">The least score that it may have.</param>
    /// <param name="upper">The greatest.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int owner, int row, float lower, float upper)
    {
        if (upper < Floor) return;
        _lower.Add(new Match(owner, row, lower));
        _rows.Add((new Match(owner, row, upper), lower));
        if (_rows.Count < _room) return;
        Prune();
        _room = Math.Max(Least, 2 * _rows.Count);
    }

    /// <summary>What may be among the best of what several lists hold, each of other rows, with their upper scores, the highest first.</summary>
    /// <param name="lists">The lists, of as many places.</param>
    /// <param name="floor">A score that no row is wanted below, as far as is known.</param>
    public static Match[] Ordered(IReadOnlyList<Shortlist> lists, float floor)
    {
        foreach (var list in lists) floor = Math.Max(floor, list.Floor);
        List<Match> ordered = [];
        foreach (var list in lists)
        foreach (var row in list._rows)
            if (row.Upper.Score >= floor) ordered.Add(row.Upper);
        ordered.Sort(Match.Compare);
        return [.. ordered];
    }

    private void Prune() => _rows.RemoveAll(row => row.Upper.Score < Floor);
}
