using BTNet.Resolutions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BTNet.Gallery.Embedded;

/// <summary>A face as it lies in the file.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Subject">The number of the subject whose it is.</param>
/// <param name="Face">Its embedding, resolution and quality.</param>
internal sealed record StoredFace(long Number, long Subject, EnrolledFace Face);

/// <summary>Faces with what fusing them takes.</summary>
internal static class SubjectFaces
{
    /// <summary>What is read of a face; the columns that <see cref="Read(SqliteDataReader, int)"/> expects.</summary>
    public const string Columns = "templates.number, subject, resolution, quality, checksum, embedding";

    /// <summary>All faces of the subject whose a face is, in their order.</summary>
    public const string OfFace = $"SELECT {Columns} FROM templates WHERE subject = (SELECT subject FROM templates WHERE number = $number) ORDER BY templates.number";

    /// <summary>Reads the face that a reader stands at.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    public static StoredFace Read(SqliteDataReader reader, int size)
    {
        var (number, subject) = (reader.GetInt64(0), reader.GetInt64(1));
        if (!StoredEmbedding.TryRead(raw.sqlite3_column_blob(reader.Handle, 5), subject, reader.GetInt64(4), size, out var embedding)) throw GalleryFile.Damaged(number);
        return new StoredFace(number, subject, new EnrolledFace(embedding.ToArray(), Resolution.Of(reader.GetInt32(2))) { Quality = reader.IsDBNull(3) ? null : reader.GetDouble(3) });
    }

    /// <summary>Reads what a command gives.</summary>
    /// <exception cref="InputException">One is damaged.</exception>
    public static List<StoredFace> Read(SqliteCommand command, int size)
    {
        List<StoredFace> faces = [];
        using var reader = command.ExecuteReader();
        while (reader.Read()) faces.Add(Read(reader, size));
        return faces;
    }
}
