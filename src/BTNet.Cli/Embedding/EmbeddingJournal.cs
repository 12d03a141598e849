using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace BTNet.Cli.Embedding;

/// <summary>
/// Embeddings on their way to a file: a file beside it that grows chunk by chunk, each with a checksum, so that after a kill or a
/// power cut what was committed is found again. Open in one process at a time.
/// </summary>
internal sealed class EmbeddingJournal : IDisposable
{
    private const int PrefixBytes = sizeof(int) + sizeof(ulong);

    // Far beyond any chunk; a length that is damaged must not ask for all memory.
    private const int LongestPart = 1 << 30;

    private static ReadOnlySpan<byte> Magic => "btnet-embedding-journal-1\n"u8;

    private readonly FileStream _file;
    private readonly string _path;
    private long _start;
    private bool _finished;

    private EmbeddingJournal(FileStream file, string path) => (_file, _path) = (file, path);

    /// <summary>Pictures whose outcome is committed: always the first so many.</summary>
    public int Pictures { get; private set; }

    /// <summary>Faces among them.</summary>
    public int Rows { get; private set; }

    /// <summary>Pictures among them that were left out.</summary>
    public int Faults { get; private set; }

    /// <summary>What of earlier work is lost, in words; null where nothing is.</summary>
    public string? Loss { get; private set; }

    /// <summary>The file's name, for what is written to a path.</summary>
    public static string PathFor(string output) => output + ".unfinished";

    /// <summary>Opens what was begun, or begins.</summary>
    /// <param name="output">The file that is wanted in the end.</param>
    /// <param name="identity">All that the embeddings depend on, by what people call it.</param>
    /// <param name="fresh">Whether what was begun is thrown away.</param>
    /// <exception cref="InputException">It cannot be written, is being written by another process, or was begun with something else.</exception>
    public static EmbeddingJournal Open(string output, IReadOnlyDictionary<string, string> identity, bool fresh)
    {
        var path = PathFor(output);
        var journal = new EmbeddingJournal(OpenFile(output, path), path);
        try
        {
            journal.Begin(output, identity, fresh);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Commits the outcome of the next pictures.</summary>
    /// <exception cref="InputException">The disk is full, or fails; what was committed before stays.</exception>
    public void Append(JournalChunk chunk)
    {
        WritePart(chunk.ToBytes());
        Count(chunk);
    }

    /// <summary>All that is committed, in order; one chunk in memory at a time.</summary>
    public IEnumerable<JournalChunk> Chunks()
    {
        _file.Position = _start;
        while (ReadPart() is { } bytes) yield return JournalChunk.From(bytes);
    }

    /// <summary>The file goes, since what it was for is there.</summary>
    public void Finish()
    {
        _finished = true;
        Remove();
    }

    public void Dispose()
    {
        // One that nothing was committed to is of no use, and would stand in the way of another command.
        if (!_finished && Pictures == 0 && _file.Length <= _start) Remove();
        _file.Dispose();
    }

    private void Remove()
    {
        // Elsewhere it goes while it is open and thus locked, so that nobody else can have it; Windows removes no file that is open.
        if (OperatingSystem.IsWindows()) _file.Dispose();
        File.Delete(_path);
    }

    private static FileStream OpenFile(string output, string path)
    {
        try
        {
            if (Directory.Exists(output)) throw new InputException($"{output}: is a folder; expected the name of a file to write");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // Without a buffer: what a full disk did not take must not be tried once more when the file is closed.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException fault) when (IsLocked(fault))
        {
            throw new InputException($"{output}: another `btnet embed` is writing it now ({path} is in use); wait for it, or give another --out", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{output}: nothing can be written beside it ({fault.Message.TrimEnd('.')}); give --out in a folder that you may write to", fault);
        }
    }

    /// <summary>EAGAIN or EWOULDBLOCK on Linux and macOS, a sharing violation on Windows.</summary>
    private static bool IsLocked(IOException fault) => OperatingSystem.IsWindows() ? (fault.HResult & 0xFFFF) is 32 or 33 : fault.HResult is 11 or 35;

    private void Begin(string output, IReadOnlyDictionary<string, string> identity, bool fresh)
    {
        if (!StartsAsJournal()) throw new InputException($"{_path} is in the way and is no unfinished work of `btnet embed`; move it elsewhere, or give another --out");
        var began = fresh ? null : ReadIdentity();
        if (began is null)
        {
            // Shorter ones are what a process that was killed at once had written.
            if (!fresh && _file.Length > Magic.Length) Loss = $"{_path}: its beginning is damaged, so that its {_file.Length:N0} bytes of unfinished work cannot be used; starting anew";
            _file.SetLength(0);
            Write(Magic);
            WritePart(JsonSerializer.SerializeToUtf8Bytes(identity));
            _start = _file.Position;
            return;
        }

        var others = identity.Keys.Union(began.Keys).Where(key => identity.GetValueOrDefault(key) != began.GetValueOrDefault(key)).ToList();
        if (others.Count > 0)
            throw new InputException($"{output} was begun and not finished with something else ({string.Join(", ", others)}); give the same command to go on, --fresh to throw the unfinished work away, or another --out");
        _start = _file.Position;
        var sound = _start;
        while (ReadPart() is { } bytes)
        {
            var chunk = JournalChunk.From(bytes);
            if (chunk.First != Pictures) break;
            Count(chunk);
            sound = _file.Position;
        }

        // What a killed process had written of its next chunk, or what stands behind damage.
        if (_file.Length > sound) Loss = $"{_path}: its last {_file.Length - sound:N0} bytes are cut off or damaged; what they held is done again";
        _file.SetLength(sound);
        _file.Position = sound;
    }

    private void Count(JournalChunk chunk)
    {
        Pictures += chunk.Pictures;
        Rows += chunk.Rows.Count;
        Faults += chunk.Faults.Count;
    }

    /// <summary>Whether it is a journal, or what a process that was killed at once had written of one: nothing, or the first bytes.</summary>
    private bool StartsAsJournal()
    {
        var start = new byte[Magic.Length];
        _file.Position = 0;
        var length = _file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Magic.StartsWith(start.AsSpan(0, length));
    }

    /// <summary>What follows the magic, where the file stands after it was looked at.</summary>
    private Dictionary<string, string>? ReadIdentity() => ReadPart() is { } bytes ? JsonSerializer.Deserialize<Dictionary<string, string>>(bytes) : null;

    private byte[]? ReadPart()
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        if (_file.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is < 0 or > LongestPart || length > _file.Length - _file.Position) return null;
        var bytes = new byte[length];
        _file.ReadExactly(bytes);
        return XxHash3.HashToUInt64(bytes) == BinaryPrimitives.ReadUInt64LittleEndian(prefix[sizeof(int)..]) ? bytes : null;
    }

    private void WritePart(byte[] bytes)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        BinaryPrimitives.WriteInt32LittleEndian(prefix, bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(prefix[sizeof(int)..], XxHash3.HashToUInt64(bytes));
        Write(prefix, bytes);
    }

    private void Write(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        try
        {
            // To the system: a killed process loses nothing; checksums tell what a power cut took.
            _file.Write(first);
            _file.Write(second);
        }
        catch (IOException fault)
        {
            throw new InputException($"{_path}: could not be written ({fault.Message.TrimEnd('.')}); what was committed is kept. Free some space and give the same command to go on", fault);
        }
    }
}
