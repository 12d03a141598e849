using BTNet.Embeddings;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>Splits people in two again and again: some are calibrated with, and the rest searched for.</summary>
internal sealed class PeopleSplits
{
    private readonly IReadOnlyDictionary<Resolution, EmbeddingMatrix> _seen;
    private readonly IReadOnlyList<int> _people;
    private readonly int[] _all;
    private readonly Random _random;

    /// <param name="seen">Embeddings of the same images at each resolution, a row an image.</param>
    /// <param name="people">Whose each image is, from 0.</param>
    /// <param name="share">The share of people that are chosen.</param>
    /// <param name="seed">The same splits for the same one.</param>
    /// <exception cref="ArgumentException">No resolution, sizes differ, or no such share.</exception>
    public PeopleSplits(IReadOnlyDictionary<Resolution, EmbeddingMatrix> seen, IReadOnlyList<int> people, double share, int seed)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(people);
        if (!(share is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "expected above 0 and below 1");
        if (seen.Count == 0 || seen.Values.Any(matrix => matrix.Rows != people.Count)) throw new ArgumentException($"expected embeddings of {people.Count} images at one resolution or more", nameof(seen));
        (_seen, _people, _all, _random) = (seen, people, [.. people.Distinct().Order()], new Random(seed));
        Chosen = (int)Math.Round(share * _all.Length);
    }

    /// <summary>How many people are chosen.</summary>
    public int Chosen { get; }

    /// <summary>How many are left.</summary>
    public int Rest => _all.Length - Chosen;

    /// <summary>Another split.</summary>
    public (PeoplePart Chosen, PeoplePart Others) Next()
    {
        _random.Shuffle(_all);
        return (Part(_all[..Chosen]), Part(_all[Chosen..]));
    }

    private PeoplePart Part(int[] order)
    {
        var takes = order.ToHashSet();
        int[] rows = [.. Enumerable.Range(0, _people.Count).Where(row => takes.Contains(_people[row]))];
        return new PeoplePart(_seen.ToDictionary(side => side.Key, side => Rows(side.Value, rows)), [.. rows.Select(row => _people[row])], order);
    }

    private static EmbeddingMatrix Rows(EmbeddingMatrix of, int[] rows)
    {
        var values = new float[rows.Length * of.Columns];
        for (var i = 0; i < rows.Length; i++) of[rows[i]].CopyTo(values.AsSpan(i * of.Columns));
        return new EmbeddingMatrix(rows.Length, of.Columns, values);
    }
}

/// <summary>Some of the people.</summary>
/// <param name="Seen">Their images at each resolution.</param>
/// <param name="People">Whose each image is.</param>
/// <param name="Order">The people, as they were drawn.</param>
internal sealed record PeoplePart(IReadOnlyDictionary<Resolution, EmbeddingMatrix> Seen, int[] People, int[] Order);
