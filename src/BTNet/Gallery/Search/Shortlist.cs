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

    /// <summary>Takes a row.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="row">The row.</param>
    /// <param name="lower">The least score that it may have.</param>
    /// <param name="upper">The greatest.</param>
    public void Add(int owner, int row, float lower, float upper)
    {
        if (upper < Floor) return;
        _lower.Add(new Match(owner, row, lower));
        _rows.Add((new Match(owner, row, upper), lower));
        if (_rows.Count < _room) return;
        Prune();
        _room = Math.Max(Least, 2 * _rows.Count);
    }

    /// <summary>Takes what another holds.</summary>
    public void Add(Shortlist other)
    {
        foreach (var (upper, lower) in other._rows) Add(upper.Owner, upper.Row, lower, upper.Score);
    }

    /// <summary>What may be among the best, with their upper scores, the highest first.</summary>
    public IReadOnlyList<Match> Ordered()
    {
        Prune();
        Match[] ordered = [.. _rows.Select(row => row.Upper)];
        Array.Sort(ordered, Match.Compare);
        return ordered;
    }

    private void Prune() => _rows.RemoveAll(row => row.Upper.Score < Floor);
}
