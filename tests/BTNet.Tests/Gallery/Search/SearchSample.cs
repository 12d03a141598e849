using System.Numerics.Tensors;
using BTNet.Gallery.Search;

namespace BTNet.Tests.Gallery.Search;

/// <summary>Rows drawn at random, and the plain search that every other must agree with.</summary>
internal sealed class SearchSample
{
    private readonly List<float[]> _rows = [];
    private readonly List<int> _owners = [];

    /// <param name="dimensions">Numbers of a row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="seed">Of the draw.</param>
    /// <param name="rowsOfOwner">How many rows each owner has, one after the other.</param>
    /// <param name="alike">How near rows lie to one of ten directions, 0 for not at all: faces are no white noise.</param>
    public SearchSample(int dimensions, int count, int seed, int rowsOfOwner = 1, double alike = 0)
    {
        (Rows, Values, Random) = (new SearchRows(dimensions), new RowsInMemory(dimensions), new Random(seed));
        var centres = Enumerable.Range(0, 10).Select(_ => Drawn()).ToArray();
        for (var i = 0; i < count; i++)
        {
            var row = Drawn();
            if (alike > 0) TensorPrimitives.MultiplyAdd<float>(centres[Random.Next(centres.Length)], (float)alike, row, row);
            Add(row, i / rowsOfOwner);
        }
    }

    public SearchRows Rows { get; }

    public RowsInMemory Values { get; }

    public Random Random { get; }

    public int Add(float[] row, int owner)
    {
        _rows.Add(row);
        _owners.Add(owner);
        return Rows.Add(row, owner, Values.Add(row));
    }

    public void Remove(int place)
    {
        _owners[place] = -1;
        Rows.Remove(place);
    }

    public float[] Drawn() => [.. Enumerable.Range(0, Rows.Dimensions).Select(_ => (float)(Random.NextDouble() + Random.NextDouble() + Random.NextDouble() - 1.5))];

    /// <summary>Some queries near rows, and as many near none.</summary>
    public float[] Queries(int count) => [.. Enumerable.Range(0, count).SelectMany(i =>
    {
        var drawn = Drawn();
        if (i % 2 == 0 && _rows.Count > 0) TensorPrimitives.Add<float>(_rows[Random.Next(_rows.Count)], drawn, drawn);
        return drawn;
    })];

    /// <summary>The best owners by comparing with all rows in single precision.</summary>
    public Match[] Plain(ReadOnlySpan<float> query, int places, Func<int, bool>? allowed = null)
    {
        var unit = new float[Rows.Dimensions];
        SearchRows.Unit(query, unit);
        float Score(int row)
        {
            var other = new float[Rows.Dimensions];
            SearchRows.Unit(_rows[row], other);
            return TensorPrimitives.Dot<float>(unit, other);
        }

        return [.. Enumerable.Range(0, _rows.Count).Where(row => _owners[row] >= 0 && (allowed is null || allowed(_owners[row])))
            .Select(row => new Match(_owners[row], row, Score(row))).GroupBy(match => match.Owner)
            .Select(own => own.Order(Comparer<Match>.Create(Match.Compare)).First()).Order(Comparer<Match>.Create(Match.Compare)).Take(places)];
    }
}
