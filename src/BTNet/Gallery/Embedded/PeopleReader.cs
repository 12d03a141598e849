using BTNet.Embeddings;
using BTNet.Resolutions;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>Everybody with their embeddings, in the order in which they were enrolled, of one look at the file.</summary>
internal sealed class PeopleReader : IDisposable
{
    private const int FacesAtATime = 500;

    private readonly SqliteConnection _connection;
    private readonly EmbeddingModel _model;
    private readonly SqliteTransaction _look;
    private readonly SqliteCommand _next, _attributes, _faces;
    private long _last = long.MinValue;

    /// <param name="connection">A connection of its own, which it disposes.</param>
    /// <param name="model">The gallery's.</param>
    /// <param name="path">Its file.</param>
    public PeopleReader(SqliteConnection connection, EmbeddingModel model, string path)
    {
        (_connection, _model, _look) = (connection, model, connection.BeginTransaction(deferred: true));
        Templates = GalleryReader.Templates(connection, path);
        _next = Command(connection, "SELECT number, id, name FROM subjects WHERE number > $subject ORDER BY number LIMIT 1", ("$subject", _last));
        _attributes = Command(connection, "SELECT key, value FROM attributes WHERE subject = $subject ORDER BY key", ("$subject", _last));
        _faces = Command(
            connection, "SELECT templates.number, resolution, quality, source, time, fingerprint, networks, checksum, embedding FROM templates JOIN models ON models.number = templates.model WHERE subject = $subject ORDER BY templates.number", ("$subject", _last));
    }

    /// <summary>What several faces of a person come to there.</summary>
    public TemplateFusion Templates { get; }

    /// <summary>The next of them, some hundred faces or those of one; none at the end.</summary>
    /// <exception cref="InputException">A face is damaged.</exception>
    public List<Enrolment> Next()
    {
        List<Enrolment> people = [];
        for (var faces = 0; faces < FacesAtATime && Person() is { } person; faces += Math.Max(1, person.Faces.Count)) people.Add(person);
        return people;
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_next, _attributes, _faces]) command.Dispose();
        _look.Dispose();
        _connection.Dispose();
    }

    private Enrolment? Person()
    {
        using var reader = Of(_next).ExecuteReader();
        if (!reader.Read()) return null;
        _last = reader.GetInt64(0);
        var id = reader.GetString(1);
        return new Enrolment(id, Faces(id)) { Name = reader.GetString(2), Attributes = Attributes() };
    }

    private Dictionary<string, string> Attributes()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        using var reader = Of(_attributes).ExecuteReader();
        while (reader.Read()) attributes[reader.GetString(0)] = reader.GetString(1);
        return attributes;
    }

    private List<EnrolledFace> Faces(string id)
    {
        List<EnrolledFace> faces = [];
        using var reader = Of(_faces).ExecuteReader();
        while (reader.Read())
        {
            if (!StoredEmbedding.TryRead(raw.sqlite3_column_blob(reader.Handle, 8), _last, reader.GetInt64(7), _model.Size, out var embedding)) throw Damaged(reader.GetInt64(0), id);
            faces.Add(new EnrolledFace(embedding.ToArray(), Resolution.Of(reader.GetInt32(1)))
            {
                Quality = reader.IsDBNull(2) ? null : reader.GetDouble(2), Source = reader.IsDBNull(3) ? null : reader.GetString(3), Time = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)),
                Model = _model with { Fingerprint = reader.GetString(5), Networks = reader.IsDBNull(6) ? null : reader.GetString(6) }
            });
        }

        return faces;
    }

    private SqliteCommand Of(SqliteCommand command)
    {
        command.Parameters[0].Value = _last;
        return command;
    }
}
