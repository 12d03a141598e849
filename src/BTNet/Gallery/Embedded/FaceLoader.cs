using BTNet.Gallery.Search;
using BTNet.Resolutions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BTNet.Gallery.Embedded;

/// <summary>Reads faces from the file into memory, several parts of it at a time.</summary>
/// <param name="size">Numbers of a face.</param>
/// <param name="rows">Gets them.</param>
internal sealed class FaceLoader(int size, SearchRows rows)
{
    private const int RowsAtATime = 2048;

    private readonly Lock _adding = new();

    /// <summary>Reads faces, each a row.</summary>
    /// <param name="connection">A connection that nobody else uses meanwhile.</param>
    /// <param name="which">Which faces, in SQL.</param>
    /// <param name="values">The values in it.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="InputException">One is damaged.</exception>
    public void Load(SqliteConnection connection, string which, (string, object?)[] values, CancellationToken cancellation)
    {
        var batch = new Batch(this, cancellation);
        using var command = GalleryFile.Command(connection, $"SELECT number, subject, checksum, embedding FROM templates WHERE {which} ORDER BY number", values);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            // A look at the bytes where SQLite has them: a copy of each would be as much again.
            var (number, subject) = (reader.GetInt64(0), reader.GetInt64(1));
            var bytes = raw.sqlite3_column_blob(reader.Handle, 3);
            if (!StoredEmbedding.TryRead(bytes, subject, reader.GetInt64(2), size, out var embedding)) throw GalleryFile.Damaged(number);
            batch.Add(embedding, subject, new RowKey(number, 0, 0));
        }

        batch.End();
    }

    /// <summary>Reads the faces of subjects, and fuses those of each.</summary>
    /// <param name="connection">A connection that nobody else uses meanwhile.</param>
    /// <param name="templates">How.</param>
    /// <param name="which">Which subjects, in SQL.</param>
    /// <param name="values">The values in it.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="InputException">One is damaged.</exception>
    public void LoadFused(SqliteConnection connection, TemplateFusion templates, string which, (string, object?)[] values, CancellationToken cancellation)
    {
        var (batch, own) = (new Batch(this, cancellation), new List<StoredFace>());
        // Most people have one face: it is not fused, and nothing is made of it but its row.
        var (only, first) = (new float[size], default((long Number, long Subject, int Resolution, double? Quality)?));
        using var command = GalleryFile.Command(connection, $"SELECT {SubjectFaces.Columns} FROM templates WHERE {which} ORDER BY subject, number", values);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var subject = reader.GetInt64(1);
            if (first?.Subject == subject)
            {
                if (own.Count == 0) own.Add(new StoredFace(first.Value.Number, subject, new EnrolledFace(only.ToArray(), Resolution.Of(first.Value.Resolution)) { Quality = first.Value.Quality }));
                own.Add(SubjectFaces.Read(reader, size));
                continue;
            }

            End();
            var number = reader.GetInt64(0);
            if (!StoredEmbedding.TryRead(raw.sqlite3_column_blob(reader.Handle, 5), subject, reader.GetInt64(4), size, out var embedding)) throw GalleryFile.Damaged(number);
            embedding.CopyTo(only);
            first = (number, subject, reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetDouble(3));
        }

        End();
        batch.End();

        void End()
        {
            if (first is not { } one) return;
            if (own.Count == 0) batch.Add(only, one.Subject, new RowKey(one.Number, 1, 0));
            else foreach (var (i, row) in templates.Fuse([.. own.Select(face => face.Face)]).Index()) batch.Add(row.Embedding.Span, one.Subject, new RowKey(own[^1].Number, own.Count, i));
            own.Clear();
        }
    }

    /// <summary>Rows that are added together.</summary>
    private sealed class Batch(FaceLoader loader, CancellationToken cancellation)
    {
        private readonly float[] _values = new float[RowsAtATime * loader.Size];
        private readonly int[] _owners = new int[RowsAtATime];
        private readonly long[] _keys = new long[RowsAtATime];
        private int _count;

        public void Add(ReadOnlySpan<float> row, long subject, RowKey key)
        {
            row.CopyTo(_values.AsSpan(_count * loader.Size));
            (_owners[_count], _keys[_count]) = (checked((int)subject), key.Value);
            if (++_count == RowsAtATime) End();
        }

        public void End()
        {
            cancellation.ThrowIfCancellationRequested();
            lock (loader._adding) loader.Rows.AddMany(_values.AsMemory(0, _count * loader.Size), _owners.AsMemory(0, _count), _keys.AsMemory(0, _count));
            _count = 0;
        }
    }

    private int Size => size;

    private SearchRows Rows => rows;
}
