using System.Globalization;
using System.Runtime.InteropServices;
using BTNet.Training.Data;

namespace BTNet.Training.Teaching;

/// <summary>What the outputs of <see cref="TaughtViews"/> are of.</summary>
/// <param name="Path">The file.</param>
/// <param name="Key">All that the outputs depend on; the file of another key is replaced.</param>
/// <param name="Items">How many pictures there are.</param>
/// <param name="Views">How many views of each.</param>
/// <param name="EmbeddingNumbers">Numbers in an embedding.</param>
/// <param name="MapNumbers">Numbers in a map; 0 where none is kept.</param>
/// <param name="MostBytes">The most that the file may take.</param>
internal sealed record TaughtViewsOptions(string Path, string Key, int Items, int Views, int EmbeddingNumbers, int MapNumbers, long MostBytes = long.MaxValue)
{
    /// <summary>Embeddings are floats and maps half of one; an odd number of halves takes a float more.</summary>
    public int Floats => EmbeddingNumbers + MapFloats;

    /// <summary>Floats that a map takes.</summary>
    public int MapFloats => (MapNumbers + 1) / 2;

    /// <summary>Bytes of the full file.</summary>
    public long Bytes => EntryFile.Size((long)Items * Views, Floats);

    /// <summary>What makes the file smaller.</summary>
    public string Advice => $"lower augmentation.views ({Views} views of {Items} pictures){(MapNumbers > 0 ? ", weigh no maps (loss.map=0)" : "")}";

    /// <summary>Looks whether there can be such a file, and whether the disk has room where there is none yet.</summary>
    /// <exception cref="InputException">It would hold more views than can be counted, be larger than it may, or not fit on the disk.</exception>
    public void Check()
    {
        var all = (long)Items * Views;
        if (all > Array.MaxLength)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Path} would hold {all:N0} views, more than the {Array.MaxLength:N0} that can be; lower augmentation.views ({Views} views of {Items} pictures)"));
        if (Bytes > MostBytes)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Path} would take {Math.Ceiling(Bytes / 1e6):N0} MB and run.teacherCacheMegabytes allows {MostBytes / 1_000_000:N0}; {Advice}, or allow more"));
        if (!File.Exists(Path)) RequireRoom(Bytes);
    }

    /// <summary>Looks whether the disk has room.</summary>
    /// <param name="bytes">What is not on it yet.</param>
    /// <exception cref="InputException">It has not.</exception>
    public void RequireRoom(long bytes)
    {
        var folder = System.IO.Path.GetFullPath(Path);
        // The folder may not have been made yet.
        while (!Directory.Exists(folder) && System.IO.Path.GetDirectoryName(folder) is { } above) folder = above;
        if (new DriveInfo(folder).AvailableFreeSpace is var free && free < bytes)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Path} would take {bytes / 1_000_000:N0} MB{(bytes < Bytes ? " more" : "")} and the disk has {free / 1_000_000:N0} left; {Advice}, or name another folder (run.teacherCacheFolder)"));
    }
}

/// <summary>
/// What a teacher makes of every view of every picture, in a file that is filled before the training: embeddings in single and maps in half precision.
/// Since each entry is made in a batch that depends on nothing else, a training that finds the file full learns the same as one that fills it, to rounding where that was on another kind of device.
/// </summary>
internal sealed class TaughtViews : IKnownViews, IDisposable
{
    /// <summary>The stamp of an entry that is there.</summary>
    private const long There = 1;

    /// <summary>The stamp of one whose picture could not be read when the teacher was asked.</summary>
    private const long Broken = 2;

    private readonly TaughtViewsOptions _options;
    private readonly EntryFile _file;

    private TaughtViews(TaughtViewsOptions options, EntryFile file) => (_options, _file) = (options, file);

    /// <summary>Entries that the teacher was not asked about yet.</summary>
    public int Missing => (_options.Items * _options.Views) - _file.Count;

    /// <summary>Opens the file, or makes it anew where there is none or it is another's.</summary>
    /// <exception cref="InputException">It cannot be opened or made, or would not fit on the disk.</exception>
    public static TaughtViews Open(TaughtViewsOptions options)
    {
        try
        {
            options.Check();
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Path))!);
            var views = new TaughtViews(options, EntryFile.Open(options.Path, options.Key, options.Items * options.Views, options.Floats, out _));
            try
            {
                // Places that are empty take no room yet.
                options.RequireRoom((long)views.Missing * (EntryFile.EntryHead + (4L * options.Floats)));
                return views;
            }
            catch
            {
                views.Dispose();
                throw;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{options.Path} cannot be used ({fault.Message.TrimEnd('.')}); expected a file that this process alone may write, for what the teacher makes of the faces. Another place is run.teacherCacheFolder", fault);
        }
    }

    /// <inheritdoc />
    public bool Knows(long step, int item, int view) => Has(item, view);

    /// <summary>Whether an entry is there.</summary>
    public bool Has(int item, int view) => _file.Stamp(Entry(item, view)) == There;

    /// <summary>Whether the picture could not be read when the teacher was asked.</summary>
    public bool IsBroken(int item, int view) => _file.Stamp(Entry(item, view)) == Broken;

    /// <summary>Whether any picture could not be.</summary>
    public bool AnyBroken() => Enumerable.Range(0, _options.Items * _options.Views).Any(entry => _file.Stamp(entry) == Broken);

    /// <summary>Writes an entry.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="view">Which of its views.</param>
    /// <param name="embedding">Numbers of the embedding.</param>
    /// <param name="map">Numbers of the map, rows of places with the channels of a place side by side; none where none is kept.</param>
    public void Write(int item, int view, ReadOnlySpan<float> embedding, ReadOnlySpan<Half> map)
    {
        Span<float> padded = map.Length == 2 * _options.MapFloats ? [] : new float[_options.MapFloats];
        if (!padded.IsEmpty) map.CopyTo(MemoryMarshal.Cast<float, Half>(padded));
        Write(item, view, There, MemoryMarshal.AsBytes(embedding), padded.IsEmpty ? MemoryMarshal.AsBytes(map) : MemoryMarshal.AsBytes(padded));
    }

    /// <summary>Notes that a picture cannot be read, so that the teacher is not asked about its batch again before it can be.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="view">Which of its views.</param>
    public void WriteBroken(int item, int view) => Write(item, view, Broken, new byte[4 * _options.Floats], []);

    /// <summary>Reads an entry.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="view">Which of its views.</param>
    /// <param name="embedding">Gets the embedding.</param>
    /// <param name="map">Gets the map; empty where none is wanted.</param>
    public void Read(int item, int view, Span<byte> embedding, Span<byte> map)
    {
        try
        {
            _file.Read(Entry(item, view), 0, embedding);
            _file.Read(Entry(item, view), _options.EmbeddingNumbers, map);
        }
        catch (IOException fault)
        {
            throw Unusable("read", fault);
        }
    }

    /// <summary>Brings what was written to the disk.</summary>
    public void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (IOException fault)
        {
            throw Unusable("written", fault);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    private void Write(int item, int view, long stamp, ReadOnlySpan<byte> floats, ReadOnlySpan<byte> more)
    {
        try
        {
            _file.Write(Entry(item, view), stamp, floats, more);
        }
        catch (IOException fault)
        {
            throw Unusable("written", fault);
        }
    }

    private InputException Unusable(string what, IOException fault) => new($"{_options.Path} could not be {what}: {fault.Message.TrimEnd('.')}. What is in it is kept; the same command goes on from there", fault);

    private int Entry(int item, int view) => (item * _options.Views) + view;
}
