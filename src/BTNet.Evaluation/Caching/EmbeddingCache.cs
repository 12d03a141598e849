using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace BTNet.Evaluation.Caching;

/// <summary>
/// Embeddings that a model has made before, in a SQLite file for each model: by what the network was given, pixel for pixel, so that neither a file's name nor how faces were brought to their size matters. Several
/// processes may use one file at once, and one that is killed leaves what it had written. Where the file cannot be used that is said once, and there is no cache. Embeddings tell people apart and belong to them: the folder is
/// its owner's alone, and may be deleted at any time. Safe for use from several threads.
/// </summary>
public sealed partial class EmbeddingCache : IDisposable
{
    /// <summary>Files of models that were not measured for so long are removed.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>A file grows no larger: embeddings of half a million pictures at four resolutions.</summary>
    private const long MostBytes = 2L << 30;

    /// <summary>Behind the numbers: SQLite does not look whether what it reads is what was written.</summary>
    private const int ChecksumBytes = 8;

    private readonly Lock _lock = new();
    private readonly Action<string> _tell;
    private readonly string _path;
    private readonly int _embeddingSize;
    private SqliteConnection? _connection;
    private bool _full;

    private EmbeddingCache(SqliteConnection connection, string path, int embeddingSize, Action<string> tell) => (_connection, _path, _embeddingSize, _tell) = (connection, path, embeddingSize, tell);

    /// <summary>Where caches lie unless a folder is named: <c>btnet/embeddings</c> in the user's folder for caches.</summary>
    public static string DefaultFolder { get; } = Path.Combine(CachesOfUser(), "btnet", "embeddings");

    /// <summary>The file.</summary>
    public string File => _path;

    /// <summary>Opens the cache of a model, or begins it; null where that cannot be done, which is said.</summary>
    /// <param name="folder">Where caches lie.</param>
    /// <param name="model">All that embeddings depend on beside the pixels: weights, precision, and the program that computes.</param>
    /// <param name="embeddingSize">Numbers in an embedding, at least 1.</param>
    /// <param name="tell">Told why there is none, or why it is not used any more.</param>
    public static EmbeddingCache? Open(string folder, string model, int embeddingSize, Action<string> tell)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentNullException.ThrowIfNull(tell);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(embeddingSize);
        var path = Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{model}\n{embeddingSize}"))))[..32]}.sqlite");
        SqliteConnection? connection = null;
        try
        {
            Make(folder, path);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = 60, Pooling = false }.ToString());
            connection.Open();
            // Readers and a writer do not wait for each other, and a transaction is a single write to the end of a file. After a power cut the last ones may be missing, and are computed again.
            Run(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS embeddings (face BLOB PRIMARY KEY, numbers BLOB NOT NULL) WITHOUT ROWID");
            System.IO.File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            RemoveOld(folder);
            return new EmbeddingCache(connection, path, embeddingSize, tell);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException)
        {
            connection?.Dispose();
            tell($"no embedding cache: {path} cannot be used ({fault.Message.TrimEnd('.')}); embeddings are computed. Delete the file, name another folder (--cache), or say --no-cache");
            return null;
        }
    }

    /// <summary>Looks embeddings up.</summary>
    /// <param name="faces">What the network would be given, by its hash.</param>
    /// <param name="found">Gets a known one: its place among <paramref name="faces"/> and its numbers, which last until this returns.</param>
    internal void Read(IReadOnlyList<byte[]> faces, Action<int, ReadOnlySpan<float>> found) => Use(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT numbers FROM embeddings WHERE face = $face";
        var face = command.Parameters.Add("$face", SqliteType.Blob);
        for (var i = 0; i < faces.Count; i++)
        {
            face.Value = faces[i];
            if (command.ExecuteScalar() is byte[] numbers && numbers.Length == (4 * _embeddingSize) + ChecksumBytes && numbers.AsSpan(^ChecksumBytes..).SequenceEqual(Checksum(faces[i], numbers.AsSpan(..^ChecksumBytes))))
                found(i, MemoryMarshal.Cast<byte, float>(numbers.AsSpan(..^ChecksumBytes)));
        }
    });

    /// <summary>Keeps embeddings, all or none of them.</summary>
    /// <param name="faces">What the network was given, by its hash.</param>
    /// <param name="numbers">The embedding at a place among <paramref name="faces"/>.</param>
    internal void Write(IReadOnlyList<byte[]> faces, Func<int, byte[]> numbers) => Use(connection =>
    {
        if (IsFull()) return;
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        // What is there already was damaged, or computed by another process at the same time.
        command.CommandText = "INSERT OR REPLACE INTO embeddings VALUES ($face, $numbers)";
        var (face, values) = (command.Parameters.Add("$face", SqliteType.Blob), command.Parameters.Add("$numbers", SqliteType.Blob));
        for (var i = 0; i < faces.Count; i++)
        {
            var made = numbers(i);
            (face.Value, values.Value) = (faces[i], (byte[])[.. made, .. Checksum(faces[i], made)]);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    });

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            _connection?.Dispose();
            _connection = null;
        }
    }

    /// <summary>A cache that fails costs time and no result.</summary>
    private void Use(Action<SqliteConnection> use)
    {
        lock (_lock)
        {
            if (_connection is null) return;
            try
            {
                use(_connection);
            }
            catch (SqliteException fault)
            {
                _tell($"the embedding cache {_path} is not used any more ({fault.Message.TrimEnd('.')}); embeddings are computed");
                _connection.Dispose();
                _connection = null;
            }
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private bool IsFull()
    {
        if (_full || new FileInfo(_path).Length < MostBytes) return _full;
        _tell($"the embedding cache {_path} has grown to {MostBytes >> 20} MB and keeps no more; delete it to begin anew");
        return _full = true;
    }

    private static byte[] Checksum(ReadOnlySpan<byte> face, ReadOnlySpan<byte> numbers)
    {
        var hash = new XxHash3();
        hash.Append(face);
        hash.Append(numbers);
        return hash.GetCurrentHash();
    }

    /// <summary>Begins the file, readable by its owner alone wherever it lies; SQLite gives those beside it the same mode.</summary>
    private static void Make(string folder, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // One that is there is not opened: closing it again would take away SQLite's locks of this process.
        if (System.IO.File.Exists(path)) return;
        try
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }
        catch (IOException) when (System.IO.File.Exists(path))
        {
            // Another process was quicker.
        }
    }

    /// <summary>Removes what is certainly a cache, by its name; one that somebody else owns stays.</summary>
    private static void RemoveOld(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => CacheName().IsMatch(Path.GetFileName(file)) && DateTime.UtcNow - System.IO.File.GetLastWriteTimeUtc(file) > Kept).ToList())
        {
            try
            {
                foreach (var part in (string[])[file, $"{file}-wal", $"{file}-shm"]) System.IO.File.Delete(part);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // It takes room and harms nobody.
            }
        }
    }

    [GeneratedRegex("^[0-9a-f]{32}\\.sqlite$")]
    private static partial Regex CacheName();

    // By the XDG specification a path that is not absolute counts as none.
    private static string CachesOfUser() =>
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } named && Path.IsPathFullyQualified(named) ? named
        : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".cache")
        : Path.GetTempPath();
}
