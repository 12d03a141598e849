using BTNet.Gallery.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BTNet.Gallery.Embedded;

/// <summary>Faces as they are in the file, found by their number; for one search.</summary>
internal sealed class RowsInFile : IRowValues
{
    private readonly SqliteCommand _command;
    private readonly SqliteParameter _number;
    private readonly int _size;
    private readonly Action _done;
    private readonly Action? _gone;

    /// <param name="connection">A connection that nobody else uses meanwhile.</param>
    /// <param name="size">Numbers of a face.</param>
    /// <param name="done">Called when the connection is free again.</param>
    /// <param name="gone">Called where a face is there no more.</param>
    public RowsInFile(SqliteConnection connection, int size, Action done, Action? gone = null)
    {
        (_size, _done, _gone) = (size, done, gone);
        _command = GalleryFile.Command(connection, "SELECT subject, checksum, embedding FROM templates WHERE number = $number");
        _number = _command.Parameters.Add("$number", SqliteType.Integer);
    }

    /// <inheritdoc />
    public bool TryRead(long key, Span<float> unit)
    {
        _number.Value = key;
        using var reader = _command.ExecuteReader();
        if (!reader.Read())
        {
            _gone?.Invoke();
            return false;
        }

        if (!StoredEmbedding.TryRead(raw.sqlite3_column_blob(reader.Handle, 2), reader.GetInt64(0), reader.GetInt64(1), _size, out var embedding)) throw GalleryFile.Damaged(key);
        SearchRows.Unit(embedding, unit);
        return true;
    }

    public void Dispose()
    {
        _command.Dispose();
        _done();
    }
}
