using BTNet.Gallery.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BTNet.Gallery.Embedded;

/// <summary>Rows as the faces in the file make them, found by their <see cref="RowKey"/>; for one search.</summary>
internal sealed class RowsInFile : IRowValues
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter _number;
    private readonly TemplateFusion _templates;
    private readonly int _size;
    private readonly Action _done;
    private readonly Action? _gone;

    /// <param name="connection">A connection that nobody else uses meanwhile.</param>
    /// <param name="size">Numbers of a face.</param>
    /// <param name="templates">What faces of one person come to.</param>
    /// <param name="done">Called when the connection is free again.</param>
    /// <param name="gone">Called where a face is there no more, or others are fused with it since.</param>
    public RowsInFile(SqliteConnection connection, int size, TemplateFusion templates, Action done, Action? gone = null)
    {
        (_size, _templates, _done, _gone) = (size, templates, done, gone);
        _command = GalleryFile.Command(connection, templates.Centres is null ? "SELECT subject, checksum, embedding FROM templates WHERE number = $number" : SubjectFaces.OfFace);
        _number = _command.Parameters.Add("$number", SqliteType.Integer);
    }

    /// <inheritdoc />
    public bool TryRead(long key, Span<float> unit)
    {
        var row = RowKey.Of(key);
        _number.Value = row.Face;
        if (_templates.Centres is null ? TryReadFace(row.Face, unit) : TryReadFused(row, unit)) return true;
        _gone?.Invoke();
        return false;
    }

    public void Dispose()
    {
        _command.Dispose();
        _done();
    }

    private bool TryReadFace(long number, Span<float> unit)
    {
        using var reader = _command.ExecuteReader();
        if (!reader.Read()) return false;
        if (!StoredEmbedding.TryRead(raw.sqlite3_column_blob(reader.Handle, 2), reader.GetInt64(0), reader.GetInt64(1), _size, out var embedding)) throw GalleryFile.Damaged(number);
        SearchRows.Unit(embedding, unit);
        return true;
    }

    private bool TryReadFused(RowKey row, Span<float> unit)
    {
        var faces = SubjectFaces.Read(_command, _size);
        if (!row.IsOf(faces)) return false;
        var fused = _templates.Fuse([.. faces.Select(one => one.Face)]);
        if (row.Row >= fused.Count) return false;
        fused[row.Row].Embedding.Span.CopyTo(unit);
        return true;
    }
}
