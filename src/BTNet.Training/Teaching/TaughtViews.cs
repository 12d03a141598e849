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

    /// <summary>Looks whether there can be such a file, without a look at the disk.</summary>
    /// <exception cref="InputException">It would hold more views than can be counted, or be larger than it may.</exception>
    public void Check()
    {
        var all = (long)Items * Views;
        if (all > Array.MaxLength)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Path} would hold {all:N0} views, more than the {Array.MaxLength:N0} that can be; lower augmentation.views ({Views} views of {Items} pictures)"));
        if (Bytes > MostBytes)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Path} would take {Math.Ceiling(Bytes / 1e6):N0} MB and run.teacherCacheMegabytes allows {MostBytes / 1_000_000:N0}; {Advice}, or allow more"));
    }
}

/// <summary>
/// What a teacher makes of every view of every picture, in a file that is filled before the training: embeddings in single and maps in half precision.
/// Since each entry is made in a batch that depends on nothing else, a training that finds the file full learns the same as one that fills it, to rounding where that was on another kind of device.
/// </summary>
internal sealed class TaughtViews : IKnownViews, IDisposable
{
    private readonly TaughtViewsOptions _options;
    private readonly EntryFile _file;

    private TaughtViews(TaughtViewsOptions options, EntryFile file) => (_options, _file) = (options, file);

    /// <summary>Entries that are not there yet.</summary>
    public int Missing => (_options.Items * _options.Views) - _file.Count;

    /// <summary>Opens the file, or makes it anew where there is none or it is another's.</summary>
    /// <exception cref="InputException">It cannot be opened or made, or would not fit on the disk.</exception>
    public static TaughtViews Open(TaughtViewsOptions options)
    {
        options.Check();
        try
        {
            var folder = Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Path))!).FullName;
            if (!File.Exists(options.Path)) RequireRoom(options, folder, options.Bytes);
            var views = new TaughtViews(options, EntryFile.Open(options.Path, options.Key, options.Items * options.Views, options.Floats, out _));
            try
            {
                // Places that are empty take no room yet.
                RequireRoom(options, folder, (long)views.Missing * (EntryFile.EntryHead + (4L * options.Floats)));
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
    public bool Has(int item, int view) => _file.Stamp(Entry(item, view)) > 0;

    /// <summary>Writes an entry.</summary>
    /// <param name="item">The picture.</param>
    /// <param name="view">Which of its views.</param>
    /// <param name="embedding">Numbers of the embedding.</param>
    /// <param name="map">Numbers of the map, rows of places with the channels of a place side by side; none where none is kept.</param>
    public void Write(int item, int view, ReadOnlySpan<float> embedding, ReadOnlySpan<Half> map)
    {
        Span<float> padded = map.Length == 2 * _options.MapFloats ? [] : new float[_options.MapFloats];
        if (!padded.IsEmpty) map.CopyTo(MemoryMarshal.Cast<float, Half>(padded));
        try
        {
            _file.Write(Entry(item, view), 1, MemoryMarshal.AsBytes(embedding), padded.IsEmpty ? MemoryMarshal.AsBytes(map) : MemoryMarshal.AsBytes(padded));
        }
        catch (IOException fault)
        {
            throw Unusable("written", fault);
        }
    }

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

    private static void RequireRoom(TaughtViewsOptions options, string folder, long bytes)
    {
        if (new DriveInfo(folder).AvailableFreeSpace is var free && free < bytes)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{options.Path} would take {bytes / 1_000_000:N0} MB{(bytes < options.Bytes ? " more" : "")} and the disk has {free / 1_000_000:N0} left; {options.Advice}, or name another folder (run.teacherCacheFolder)"));
    }

    private InputException Unusable(string what, IOException fault) => new($"{_options.Path} could not be {what}: {fault.Message.TrimEnd('.')}. What is in it is kept; the same command goes on from there", fault);

    private int Entry(int item, int view) => (item * _options.Views) + view;
}
