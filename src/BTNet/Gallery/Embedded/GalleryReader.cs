using System.Globalization;
using System.Numerics.Tensors;
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

    /// <summary>Whose a row is; null where the subject, or what its faces are fused into, is another meanwhile.</summary>
    /// <param name="connection">Of the gallery.</param>
    /// <param name="key">The row's <see cref="RowKey"/>.</param>
    /// <param name="templates">What faces of one person come to.</param>
    /// <param name="size">Numbers of a face.</param>
    /// <param name="score">The score.</param>
    public static Candidate? Candidate(SqliteConnection connection, long key, TemplateFusion templates, int size, double score)
    {
        var row = RowKey.Of(key);
        if (templates.Centres is null) return Candidate(connection, row.Face, [row.Face], score);
        using var command = Command(connection, SubjectFaces.OfFace, ("$number", row.Face));
        var faces = SubjectFaces.Read(command, size);
        if (!row.IsOf(faces)) return null;
        var fused = templates.Fuse([.. faces.Select(one => one.Face)]);
        return row.Row < fused.Count ? Candidate(connection, faces[fused[row.Row].Face].Number, [.. fused[row.Row].Faces.Select(face => faces[face].Number)], score) : null;
    }

    /// <summary>The subject's best candidate; null where there is no such subject.</summary>
    public static Candidate? Best(SqliteConnection connection, string id, TemplateFusion templates, int size, ReadOnlySpan<float> unit)
    {
        using var command = Command(connection, $"SELECT {SubjectFaces.Columns} FROM templates WHERE subject = (SELECT number FROM subjects WHERE id = $id) ORDER BY templates.number", ("$id", id));
        var faces = SubjectFaces.Read(command, size);
        if (faces.Count == 0) return null;
        var (best, highest) = (default(FusedTemplate), float.NegativeInfinity);
        foreach (var row in templates.Fuse([.. faces.Select(one => one.Face)]))
            if (TensorPrimitives.Dot(unit, row.Embedding.Span) is var score && score > highest) (best, highest) = (row, score);
        return Candidate(connection, faces[best.Face].Number, [.. best.Faces.Select(face => faces[face].Number)], highest);
    }

    /// <summary>A subject by the face that stands for a row, and the faces that the row was made of.</summary>
    private static Candidate? Candidate(SqliteConnection connection, long face, long[] faces, double score)
    {
        Candidate? candidate = null;
        List<(string?, string)> made = [];
        using var command = Command(connection, "SELECT id, name, resolution, fingerprint, networks FROM templates JOIN subjects ON subjects.number = templates.subject JOIN models ON models.number = templates.model WHERE templates.number = $template", ("$template", face));
        foreach (var number in faces.Prepend(face).Distinct())
        {
            command.Parameters[0].Value = number;
            using var reader = command.ExecuteReader();
            if (!reader.Read()) return null;
            candidate ??= new Candidate(reader.GetString(0), reader.GetString(1), score, number, Resolution.Of(reader.GetInt32(2))) { Model = reader.GetString(3) };
            made.Add((reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetString(3)));
        }

        return candidate! with { Networks = Gallery.Candidate.NetworksOf(made) };
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

    /// <summary>What several faces of a person come to.</summary>
    /// <exception cref="InputException">It is said in words that nobody wrote.</exception>
    public static TemplateFusion Templates(SqliteConnection connection, string path)
    {
        using var command = Command(connection, "SELECT value FROM gallery WHERE key = $key", ("$key", GallerySchema.TemplatesKey));
        return TemplatesOf(path, command.ExecuteScalar() as string);
    }

    /// <summary>Likewise of the words; galleries of the first version said nothing, and searched among faces one by one.</summary>
    /// <exception cref="InputException">Nobody wrote them.</exception>
    public static TemplateFusion TemplatesOf(string path, string? said)
    {
        try
        {
            return said is null ? TemplateFusion.Max : TemplateFusion.Parse(said);
        }
        catch (InputException fault)
        {
            throw new InputException($"{path}: is damaged, or of a newer program: {fault.Message}", fault);
        }
    }

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
