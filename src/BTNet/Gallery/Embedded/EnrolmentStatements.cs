using System.Globalization;
using BTNet.Embeddings;
using Microsoft.Data.Sqlite;

namespace BTNet.Gallery.Embedded;

/// <summary>The statements of an enrolment, prepared once for many.</summary>
internal sealed class EnrolmentStatements(SqliteConnection connection) : IDisposable
{
    private readonly List<SqliteCommand> _prepared = [];
    private readonly Dictionary<(string Fingerprint, string? Networks), long> _models = [];
    private SqliteCommand? _find, _addSubject, _rename, _setAttribute, _addChange, _owners, _id, _addTemplate;

    /// <summary>The number of a subject; null where there is none.</summary>
    public long? Find(string id) => Result(ref _find, "SELECT number FROM subjects WHERE id = $0", id) is long number ? number : null;

    /// <summary>Adds a subject.</summary>
    public long AddSubject(string id, string name) => (long)Result(ref _addSubject, "INSERT INTO subjects (id, name) VALUES ($0, $1) RETURNING number", id, name)!;

    public void Rename(long subject, string name) => Result(ref _rename, "UPDATE subjects SET name = $1 WHERE number = $0", subject, name);

    public void SetAttribute(long subject, string key, string value) => Result(ref _setAttribute, "INSERT OR REPLACE INTO attributes VALUES ($0, $1, $2)", subject, key, value);

    public void AddChange(GalleryChangeKind kind, string id, long subject, long? template, DateTimeOffset time) => Result(
        ref _addChange, "INSERT INTO changes (kind, id, subject, template, time) VALUES ($0, $1, $2, $3, $4)", (int)kind, id, subject, template, time.ToUnixTimeMilliseconds());

    /// <summary>The numbers of the subjects who have a picture.</summary>
    public List<long> OwnersOf(string source)
    {
        List<long> owners = [];
        using var reader = Ready(ref _owners, "SELECT DISTINCT subject FROM templates WHERE source = $0", source).ExecuteReader();
        while (reader.Read()) owners.Add(reader.GetInt64(0));
        return owners;
    }

    public string IdOf(long subject) => (string)Result(ref _id, "SELECT id FROM subjects WHERE number = $0", subject)!;

    /// <summary>The number of a model, which is made where it has none.</summary>
    public long ModelOf(EmbeddingModel model)
    {
        if (_models.TryGetValue((model.Fingerprint, model.Networks), out var known)) return known;
        GalleryFile.Run(connection, "INSERT OR IGNORE INTO models (fingerprint) VALUES ($model)", ("$model", model.Fingerprint));
        if (model.Networks is not null) GalleryFile.Run(connection, "UPDATE models SET networks = $networks WHERE fingerprint = $model AND networks IS NULL", ("$networks", model.Networks), ("$model", model.Fingerprint));
        return _models[(model.Fingerprint, model.Networks)] = GalleryFile.Number(connection, "SELECT number FROM models WHERE fingerprint = $model", ("$model", model.Fingerprint));
    }

    /// <summary>Adds a face.</summary>
    /// <returns>Its number.</returns>
    public long AddTemplate(long subject, long model, EnrolledFace face, DateTimeOffset time)
    {
        var bytes = StoredEmbedding.Bytes(face.Embedding.Span);
        return (long)Result(
            ref _addTemplate, "INSERT INTO templates (subject, model, resolution, quality, source, time, checksum, embedding) VALUES ($0, $1, $2, $3, $4, $5, $6, $7) RETURNING number",
            subject, model, face.Resolution.Side, face.Quality, face.Source, time.ToUnixTimeMilliseconds(), StoredEmbedding.Checksum(bytes, subject), bytes)!;
    }

    public void Dispose() => _prepared.ForEach(command => command.Dispose());

    private object? Result(ref SqliteCommand? command, string sql, params ReadOnlySpan<object?> values) => Ready(ref command, sql, values).ExecuteScalar();

    private SqliteCommand Ready(ref SqliteCommand? command, string sql, params ReadOnlySpan<object?> values)
    {
        if (command is null)
        {
            command = GalleryFile.Command(connection, sql);
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${i}") });
            _prepared.Add(command);
        }

        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
