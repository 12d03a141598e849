using System.Globalization;
using System.Runtime.ExceptionServices;
using BTNet.Embeddings;
using Microsoft.Data.Sqlite;

namespace BTNet.Gallery.Embedded;

/// <summary>The file of a gallery: made, opened, and told from other files.</summary>
internal sealed class GalleryFile
{
    /// <summary>What SQLite says where a disk is full.</summary>
    public const int DiskFull = 13;

    private const int InputOutput = 10;
    private const int CannotOpen = 14;
    private const long LittleRoom = 128 << 10;
    private const int NotADatabase = 26;
    private const int LeastHeader = 100;
    private const int Corrupt = 11;
    private const int Busy = 5;
    private const int Locked = 6;

    private GalleryInfo _info;

    private GalleryFile(string path, GalleryInfo info, bool isDraft) => (Path, _info, IsDraft) = (path, info, isDraft);

    /// <summary>Where it is, as a full path.</summary>
    public string Path { get; }

    /// <summary>What it says of itself.</summary>
    public GalleryInfo Info => Volatile.Read(ref _info);

    /// <summary>Whether it is not whole, or has not its own name yet.</summary>
    public bool IsDraft { get; }

    /// <summary>Makes a gallery.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="model">The model whose embeddings are to be enrolled.</param>
    /// <param name="templates">What several faces of a person come to.</param>
    /// <param name="isDraft">Whether it gets another name when it is whole, and is opened by nobody else until then.</param>
    /// <exception cref="InputException">There is a file already, or none can be made.</exception>
    public static GalleryFile Create(string path, EmbeddingModel model, TemplateFusion templates, bool isDraft = false)
    {
        var full = System.IO.Path.GetFullPath(path);
        RequireNew(path);
        // Made whole under another name: a gallery is never half there.
        var draft = $"{full}.{Guid.NewGuid():N}.tmp";
        Guard(path, () =>
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
            try
            {
                using (var connection = Connect(draft, SqliteOpenMode.ReadWriteCreate))
                {
                    Run(connection, GallerySchema.Pages);
                    using var transaction = connection.BeginTransaction();
                    Run(connection, string.Create(CultureInfo.InvariantCulture, $"{GallerySchema.Tables} PRAGMA application_id = {GallerySchema.ApplicationId}; PRAGMA user_version = {GallerySchema.Version};"));
                    foreach (var (key, value) in Facts(new GalleryInfo(Guid.NewGuid(), DateTimeOffset.UtcNow, model) { Templates = templates })) Run(connection, "INSERT INTO gallery VALUES ($key, $value)", ("$key", key), ("$value", value));
                    if (isDraft) Run(connection, "INSERT INTO gallery VALUES ($key, $name)", ("$key", GallerySchema.DraftKey), ("$name", GallerySchema.DraftBegun));
                    transaction.Commit();
                    Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
                }

                RequireNew(path);
                File.Move(draft, full);
            }
            finally
            {
                foreach (var rest in (string[])[draft, $"{draft}-wal", $"{draft}-shm"]) File.Delete(rest);
            }
        });
        return isDraft ? OpenAny(path) : Open(path);
    }

    /// <summary>Looks whether a gallery may be made there.</summary>
    /// <exception cref="InputException">There is a file, or what SQLite kept beside one that is gone: it would be taken for the new one's.</exception>
    public static void RequireNew(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.Exists(full)) throw new InputException($"{path}: is there already; expected a new name. A gallery is removed by deleting its file, with those that end in -wal and -shm");
        foreach (var beside in (string[])["-wal", "-shm", "-journal"])
            if (System.IO.Path.Exists(full + beside)) throw new InputException($"{path}{beside}: is left of a gallery that was there, and would be taken for a part of the new one; move it away, to where that gallery is, or give another name");
    }

    /// <summary>Takes what somebody said since.</summary>
    public void Said(TemplateFusion templates) => Volatile.Write(ref _info, Info with { Templates = templates });

    /// <summary>Opens a gallery; one of an earlier version is brought up to this one's.</summary>
    /// <exception cref="InputException">It is not there, is no gallery or one of a newer program, or is damaged.</exception>
    public static GalleryFile Open(string path) => Whole(Open(path, full => Connect(full, SqliteOpenMode.ReadWrite), Upgrade), path);

    /// <summary>Whether there is a gallery that is not whole, or has not its own name; it is left as it is.</summary>
    public static bool IsDraftOf(string path)
    {
        foreach (var connect in (Func<string, SqliteConnection>[])[full => ConnectTo($"{Address(full)}?immutable=1", SqliteOpenMode.ReadOnly), ConnectToRead])
        {
            try
            {
                return Open(path, connect, _ => { }).IsDraft;
            }
            catch (InputException)
            {
                // What was being written when somebody was killed may be readable only with its log.
            }
        }

        return false;
    }

    private static GalleryFile Whole(GalleryFile opened, string path) => !opened.IsDraft
        ? opened
        : throw new InputException($"{path}: is not whole: it is being copied, or a copy was interrupted, and the next one to the same name makes it anew; expected a gallery, which that becomes");

    private static GalleryFile OpenAny(string path) => Open(path, full => Connect(full, SqliteOpenMode.ReadWrite), _ => { });

    /// <summary>Opens what may be damaged, and leaves it as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="connection">A connection to it, which the caller disposes.</param>
    /// <exception cref="InputException">It is not there, is no gallery or one of a newer program, or does not even say what gallery it is.</exception>
    public static GalleryFile OpenDamaged(string path, out SqliteConnection connection)
    {
        var opened = Whole(Open(path, ConnectToRead, _ => { }), path);
        connection = ConnectToRead(opened.Path);
        return opened;
    }

    private static GalleryFile Open(string path, Func<string, SqliteConnection> connect, Action<SqliteConnection> prepare)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full)) throw new InputException($"{path}: is a folder; expected a gallery, which is a file");
        if (!File.Exists(full)) throw new InputException($"{path}: there is no such file; expected a gallery, which `btnet gallery create` makes");
        SpecialFile.Refuse(full, "a gallery");
        GalleryFile? opened = null;
        Guard(path, () =>
        {
            // SQLite takes what is shorter than its header for an empty file of its own. What is longer it looks at itself: to open and close the file otherwise would drop all locks that this process holds on it
            // (fcntl), and with them what keeps others from throwing away a log that is in use (sqlite.org/howtocorrupt.html, 2.2).
            if (new FileInfo(full).Length < LeastHeader) throw new InputException($"{path}: is no SQLite file, or one whose beginning is damaged; expected a gallery, which `btnet gallery create` makes");
            using var connection = connect(full);
            var (application, version) = (Number(connection, "PRAGMA application_id"), Number(connection, "PRAGMA user_version"));
            if (application != GallerySchema.ApplicationId) throw new InputException($"{path}: is a SQLite file of another program; expected a gallery, which `btnet gallery create` makes");
            if (version > GallerySchema.Version) throw new InputException($"{path}: is a gallery of version {version}, and this program reads up to {GallerySchema.Version}; use the btnet that made it, or a newer one");
            prepare(connection);
            var facts = new Dictionary<string, string>(StringComparer.Ordinal);
            using (var command = Command(connection, "SELECT key, value FROM gallery"))
            using (var reader = command.ExecuteReader())
                while (reader.Read()) facts[reader.GetString(0)] = reader.GetString(1);
            // By its name only where it is whole: names are compared as file systems do that know no case.
            var draft = facts.GetValueOrDefault(GallerySchema.DraftKey);
            opened = new GalleryFile(full, InfoOf(path, facts), draft is not null && (draft == GallerySchema.DraftBegun || string.Equals(draft, System.IO.Path.GetFileName(full), StringComparison.OrdinalIgnoreCase)));
        });
        return opened!;
    }

    /// <summary>A connection of one's own; the caller disposes it.</summary>
    public SqliteConnection Connect() => Connect(Path, SqliteOpenMode.ReadWrite);

    /// <summary>What is said of a face that is not whole.</summary>
    public static InputException Damaged(long number, string? id = null) => new($"face {number}{(id is null ? "" : $" of '{id}'")} is damaged: its numbers are not those that were written; restore a backup, or save what is whole with `btnet gallery salvage`");

    /// <summary>Does something with SQLite, and says what a user can do where it cannot be done.</summary>
    /// <exception cref="InputException">It cannot be done.</exception>
    public static void Guard(string path, Action use)
    {
        try
        {
            use();
        }
        catch (AggregateException several)
        {
            // Of parts that were done side by side; the first says enough.
            Guard(path, () => ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0]));
        }
        catch (SqliteException fault)
        {
            throw new InputException(
                fault.SqliteErrorCode switch
                {
                    DiskFull => Full(path),
                    // It could not make what it needs beside the file, such as the index of the log.
                    InputOutput or CannotOpen when IsFull(path) => Full(path),
                    NotADatabase => $"{path}: is no SQLite file, or one whose beginning is damaged; expected a gallery, which `btnet gallery create` makes",
                    Busy or Locked => $"{path}: somebody else has been writing to it for a minute; nothing of this was kept. Try again when that is done",
                    Corrupt => $"{path}: is damaged ({fault.Message.TrimEnd('.')}); restore a backup, or save what is whole with `btnet gallery salvage`",
                    _ => $"{path}: cannot be used ({fault.Message.TrimEnd('.')}); expected a gallery that you may read and write"
                }, fault);
        }
        catch (Exception fault) when (fault is InvalidCastException or OverflowException or FormatException or ArgumentException or (InvalidOperationException and not ObjectDisposedException))
        {
            throw new InputException($"{path}: is damaged: what is in it was never written by this program ({fault.Message.TrimEnd('.')}); restore a backup, or save what is whole with `btnet gallery salvage`", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be written ({fault.Message.TrimEnd('.')}); expected a place that you may write to", fault);
        }
    }

    private static string Full(string path) => $"{path}: the disk is full; nothing of this was kept. Make room and try again";

    private static bool IsFull(string path)
    {
        try
        {
            return new DriveInfo(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!).AvailableFreeSpace < LittleRoom;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    public static void Run(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(connection, sql, values);
        command.ExecuteNonQuery();
    }

    public static long Number(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(connection, sql, values);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    public static SqliteConnection Connect(string path, SqliteOpenMode mode) => ConnectTo(path, mode);

    /// <summary>To look and not to write: not even into the log beside, which is read where there is one.</summary>
    private static SqliteConnection ConnectToRead(string path) => new FileInfo($"{path}-wal") is { Exists: true, Length: > 0 }
        ? ConnectTo(path, SqliteOpenMode.ReadOnly) : ConnectTo($"{Address(path)}?immutable=1", SqliteOpenMode.ReadOnly);

    /// <summary>A full path as SQLite's addresses have it (sqlite.org/uri.html).</summary>
    private static string Address(string path) => string.Create(
        CultureInfo.InvariantCulture, $"file://{(path.StartsWith('/') ? "" : "/")}{path.Replace("%", "%25", StringComparison.Ordinal).Replace("?", "%3f", StringComparison.Ordinal).Replace("#", "%23", StringComparison.Ordinal).Replace(System.IO.Path.DirectorySeparatorChar, '/')}");

    private static void Upgrade(SqliteConnection connection)
    {
        const string First = "PRAGMA user_version";
        if (Number(connection, First) != 1) return;
        using var transaction = connection.BeginTransaction(deferred: false);
        // Somebody else may have done it meanwhile.
        if (Number(connection, First) == 1) Run(connection, GallerySchema.ToSecond);
        transaction.Commit();
    }

    private static SqliteConnection ConnectTo(string source, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = mode, DefaultTimeout = 60, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Run(connection, GallerySchema.Connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static (string, string)[] Facts(GalleryInfo info) =>
    [
        ("id", info.Id.ToString("D")), ("created", info.Created.ToString("O", CultureInfo.InvariantCulture)), ("model", info.Model.Fingerprint), ("compatibility", info.Model.Compatibility),
        ("size", info.Model.Size.ToString(CultureInfo.InvariantCulture)), ("modelName", info.Model.Name),
        (GallerySchema.TemplatesKey, info.Templates.ToString())
    ];

    private static GalleryInfo InfoOf(string path, Dictionary<string, string> facts)
    {
        string Fact(string key) => facts.GetValueOrDefault(key) ?? throw new InputException($"{path}: is damaged: it does not say its {key}; restore a backup");
        return Guid.TryParse(Fact("id"), out var id) && DateTimeOffset.TryParse(Fact("created"), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var created)
            && int.TryParse(Fact("size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? new GalleryInfo(id, created, new EmbeddingModel(Fact("model"), Fact("compatibility"), size, Fact("modelName"))) { Templates = GalleryReader.TemplatesOf(path, facts.GetValueOrDefault(GallerySchema.TemplatesKey)) }
            : throw new InputException($"{path}: is damaged: what it says of itself cannot be read; restore a backup");
    }
}
