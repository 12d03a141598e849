using System.Globalization;
using BTNet.Resolutions;
using Microsoft.Data.Sqlite;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>What is read of a gallery beside embeddings.</summary>
internal static class GalleryReader
{
    /// <summary>Everything known of a subject; null where there is none.</summary>
    public static Subject? Find(SqliteConnection connection, string id)
    {
        using var command = Command(connection, "SELECT number, name FROM subjects WHERE id = $id", ("$id", id));
        using var reader = command.ExecuteReader();
        if (!reader.Read()) return null;
        var number = reader.GetInt64(0);
        return new Subject(id, reader.GetString(1), Attributes(connection, number), Templates(connection, number));
    }

    /// <summary>Ids of a page of subjects, in their order.</summary>
    public static List<string> Ids(SqliteConnection connection, IReadOnlyDictionary<string, string>? attributes, string? after, int most)
    {
        List<string> ids = [];
        using var command = Command(connection, $"SELECT id FROM subjects WHERE ($after IS NULL OR id > $after){Having(attributes)} ORDER BY id LIMIT $most", ("$after", after), ("$most", most));
        Bind(command, attributes);
        using var reader = command.ExecuteReader();
        while (reader.Read()) ids.Add(reader.GetString(0));
        return ids;
    }

    /// <summary>The numbers of all subjects who have some attributes.</summary>
    public static List<int> Numbers(SqliteConnection connection, IReadOnlyDictionary<string, string> attributes)
    {
        List<int> numbers = [];
        using var command = Command(connection, $"SELECT number FROM subjects WHERE true{Having(attributes)}");
        Bind(command, attributes);
        using var reader = command.ExecuteReader();
        while (reader.Read()) numbers.Add(checked((int)reader.GetInt64(0)));
        return numbers;
    }

    /// <summary>A subject as a candidate; null where it was removed meanwhile.</summary>
    public static Candidate? Candidate(SqliteConnection connection, long template, double score)
    {
        using var command = Command(connection, "SELECT id, name, resolution FROM templates JOIN subjects ON subjects.number = templates.subject WHERE templates.number = $template", ("$template", template));
        using var reader = command.ExecuteReader();
        return reader.Read() ? new Candidate(reader.GetString(0), reader.GetString(1), score, template, Resolution.Of(reader.GetInt32(2))) : null;
    }

    public static List<GalleryChange> Changes(SqliteConnection connection, long after, int most)
    {
        List<GalleryChange> changes = [];
        using var command = Command(connection, "SELECT sequence, kind, id, template, time FROM changes WHERE sequence > $after ORDER BY sequence LIMIT $most", ("$after", after), ("$most", most));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            changes.Add(new GalleryChange(reader.GetInt64(0), (GalleryChangeKind)reader.GetInt32(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4))));
        return changes;
    }

    /// <summary>The number of the last change.</summary>
    public static long LastChange(SqliteConnection connection) => Math.Max(Number(connection, "SELECT coalesce(max(sequence), 0) FROM changes"), Forgotten(connection));

    /// <summary>The number of the last change that is not kept any more.</summary>
    public static long Forgotten(SqliteConnection connection)
    {
        using var command = Command(connection, "SELECT value FROM gallery WHERE key = 'forgotten'");
        return command.ExecuteScalar() is string text ? long.Parse(text, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>What else is known of a subject.</summary>
    public static Dictionary<string, string> Attributes(SqliteConnection connection, long subject)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        using var command = Command(connection, "SELECT key, value FROM attributes WHERE subject = $subject ORDER BY key", ("$subject", subject));
        using var reader = command.ExecuteReader();
        while (reader.Read()) attributes[reader.GetString(0)] = reader.GetString(1);
        return attributes;
    }

    private static List<SubjectTemplate> Templates(SqliteConnection connection, long subject)
    {
        List<SubjectTemplate> templates = [];
        using var command = Command(
            connection, "SELECT templates.number, resolution, quality, source, time, fingerprint FROM templates JOIN models ON models.number = templates.model WHERE subject = $subject ORDER BY templates.number", ("$subject", subject));
        using var reader = command.ExecuteReader();
        while (reader.Read())
            templates.Add(new SubjectTemplate(
                reader.GetInt64(0), Resolution.Of(reader.GetInt32(1)), reader.IsDBNull(2) ? null : reader.GetDouble(2), reader.IsDBNull(3) ? null : reader.GetString(3),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)), reader.GetString(5)));
        return templates;
    }

    private static string Having(IReadOnlyDictionary<string, string>? attributes) => string.Concat((attributes ?? new Dictionary<string, string>()).Select((_, i) =>
        string.Create(CultureInfo.InvariantCulture, $" AND number IN (SELECT subject FROM attributes WHERE key = $key{i} AND value = $value{i})")));

    private static void Bind(SqliteCommand command, IReadOnlyDictionary<string, string>? attributes)
    {
        foreach (var (i, (key, value)) in (attributes ?? new Dictionary<string, string>()).Index())
        {
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"$key{i}"), key);
            command.Parameters.AddWithValue(string.Create(CultureInfo.InvariantCulture, $"$value{i}"), value);
        }
    }
}
