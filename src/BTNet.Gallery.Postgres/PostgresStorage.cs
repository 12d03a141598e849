namespace BTNet.Gallery.Postgres;

/// <summary>What a gallery takes on the server.</summary>
/// <param name="Bytes">Tables and indexes together.</param>
/// <param name="IndexBytes">Of these the index for approximate search; null where there is none, and searches are exact.</param>
/// <param name="Server">The version of PostgreSQL.</param>
/// <param name="Vector">The version of pgvector.</param>
public sealed record PostgresStorage(long Bytes, long? IndexBytes, string Server, string Vector);
