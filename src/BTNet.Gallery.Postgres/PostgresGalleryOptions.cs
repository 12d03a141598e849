namespace BTNet.Gallery.Postgres;

/// <summary>How a gallery on PostgreSQL is searched.</summary>
public enum PostgresSearch
{
    /// <summary>By the index, where one was built (<see cref="PostgresGallery.BuildIndexAsync"/>), which is approximate; exactly where none was.</summary>
    Automatic = 0,

    /// <summary>By a scan of all faces, which is exact, whether there is an index or not.</summary>
    Exact = 1
}

/// <summary>How a gallery on PostgreSQL is used. <see cref="PostgresAddress.Parse"/> reads these of an address.</summary>
public sealed record PostgresGalleryOptions
{
    /// <summary>How it is searched. Default <see cref="PostgresSearch.Automatic"/>.</summary>
    public PostgresSearch Search { get; init; } = PostgresSearch.Automatic;

    /// <summary>Candidates that the index keeps in view on its way (pgvector's <c>hnsw.ef_search</c>), 1 to 1,000: more find more and take longer. Default 200.</summary>
    public int CandidatesInView { get; init; } = 200;

    /// <summary>Connections that searches for several faces at once are shared among, at least 1. Default 4.</summary>
    public int SearchesAtOnce { get; init; } = 4;

    /// <summary>All that is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Search)) yield return $"search is {(int)Search}; expected automatic or exact";
        if (CandidatesInView is < 1 or > 1000) yield return $"ef_search is {CandidatesInView}; expected 1 to 1000";
        if (SearchesAtOnce < 1) yield return $"searches at once is {SearchesAtOnce}; expected at least 1";
    }
}
