namespace BTNet.Gallery.Postgres;

/// <summary>How an index for approximate search is built: pgvector's HNSW (Malkov and Yashunin, arXiv 1603.09320).</summary>
public sealed record PostgresIndexOptions
{
    /// <summary>Neighbours that each face is joined to, 2 to 100 (<c>m</c>). Default 16, pgvector's.</summary>
    public int Neighbours { get; init; } = 16;

    /// <summary>Candidates in view while a face is put in, 4 to 1,000, and at least twice the neighbours (<c>ef_construction</c>). Default 64, pgvector's.</summary>
    public int CandidatesInView { get; init; } = 64;

    /// <summary>
    /// Megabytes that the server may use for building (<c>maintenance_work_mem</c>), at least 1; null for what the server is set to. An index that does not fit is built several times as slowly: it takes about 2.7 KB a face of 512 numbers. Default null.
    /// </summary>
    public int? MemoryMegabytes { get; init; }

    internal void Validate()
    {
        List<string> faults = [];
        if (Neighbours is < 2 or > 100) faults.Add($"neighbours are {Neighbours}; expected 2 to 100");
        if (CandidatesInView is < 4 or > 1000 || CandidatesInView < 2 * Neighbours) faults.Add($"candidates in view are {CandidatesInView}; expected 4 to 1000, and at least twice the neighbours ({2 * Neighbours})");
        if (MemoryMegabytes < 1) faults.Add($"memory is {MemoryMegabytes} MB; expected at least 1");
        if (faults.Count > 0) throw new InputException("index", faults);
    }
}
