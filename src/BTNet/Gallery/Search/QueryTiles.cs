namespace BTNet.Gallery.Search;

/// <summary>What is searched for, coded, one query below another.</summary>
internal sealed class QueryTiles
{
    private readonly OwnerFilter? _filter;

    /// <param name="queries">The queries <c>[N, D]</c>, each of length 1 or 0.</param>
    /// <param name="dimensions">D.</param>
    /// <param name="columns">Numbers of a coded row.</param>
    /// <param name="filter">Which owners may be found; null for all.</param>
    /// <param name="among">How many rows are searched among.</param>
    public QueryTiles(ReadOnlySpan<float> queries, int dimensions, int columns, OwnerFilter? filter, int among)
    {
        (Count, Columns, _filter, Among) = (queries.Length / dimensions, columns, filter, among);
        (Codes, Scales, Errors) = (new short[Count * columns], new float[Count], new float[Count]);
        for (var i = 0; i < Count; i++)
        {
            var code = new QueryCode(queries.Slice(i * dimensions, dimensions), columns);
            code.Codes.CopyTo(Codes, i * columns);
            (Scales[i], Errors[i]) = (code.Scale, code.Error);
        }
    }

    /// <summary>How many.</summary>
    public int Count { get; }

    /// <summary>How many rows are searched among: what took the place of others beyond that is not seen, and those are.</summary>
    public int Among { get; }

    /// <summary>Numbers of a coded one.</summary>
    public int Columns { get; }

    /// <summary>The integers <c>[N, columns]</c>.</summary>
    public short[] Codes { get; }

    /// <summary>Of each, what a step stands for.</summary>
    public float[] Scales { get; }

    /// <summary>Of each, the error for its sake.</summary>
    public float[] Errors { get; }

    /// <summary>Whether an owner may be found.</summary>
    public bool Allows(int owner) => _filter is null || _filter.Contains(owner);
}
