namespace BTNet.Gallery.Search;

/// <summary>Sums of products of four coded rows with queries, in the vectors of a processor. Columns are a multiple of <see cref="ColumnsAtATime"/>.</summary>
internal interface IRowLanes
{
    /// <summary>What every implementation takes at a time, or a divisor of it.</summary>
    const int ColumnsAtATime = 32;

    /// <summary>Rows taken at a time.</summary>
    const int RowsAtATime = 4;

    /// <summary>Queries of a tile.</summary>
    const int QueriesAtATime = 4;

    /// <summary>With one query.</summary>
    /// <param name="rows">Four rows <c>[4, columns]</c>.</param>
    /// <param name="query">The query <c>[columns]</c>.</param>
    /// <param name="columns">How many.</param>
    /// <param name="sums">Gets four sums.</param>
    static abstract unsafe void One(sbyte* rows, short* query, nint columns, int* sums);

    /// <summary>With four queries.</summary>
    /// <param name="rows">Four rows <c>[4, columns]</c>.</param>
    /// <param name="queries">Four queries <c>[4, columns]</c>.</param>
    /// <param name="columns">How many.</param>
    /// <param name="sums">Gets 16 sums, those of the first query first.</param>
    static abstract unsafe void Four(sbyte* rows, short* queries, nint columns, int* sums);
}
