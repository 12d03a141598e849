using BTNet.Training.Data;

namespace BTNet.Training.Teaching;

/// <summary>
/// What the teacher made of the views it has seen, in a file: embedding and map of each. A step finds what steps before it
/// have written and nothing else, even where a run that was killed had gone further: it then asks the teacher for the same
/// views in the same batches as an unbroken run, and gets the same bits.
/// </summary>
internal sealed class TeacherCache : IKnownViews, IDisposable
{
    private readonly TeacherCacheOptions _options;
    private readonly EntryFile _file;
    private readonly Action<string> _tell;
    private bool _failed;

    private TeacherCache(TeacherCacheOptions options, EntryFile file, Action<string> tell) => (_options, _file, _tell) = (options, file, tell);

    /// <summary>The file.</summary>
    public string Path => _options.Path;

    /// <summary>Opens the cache of a run, with what an interrupted one has left there; null where there can be none.</summary>
    /// <param name="options">Which.</param>
    /// <param name="tell">Told, a line each, what was found, and why there is none.</param>
    public static TeacherCache? Open(TeacherCacheOptions options, Action<string> tell)
    {
        var why = options.Fits ? null : $"run.teacherCacheMegabytes allows {Megabytes(options.LimitBytes)}";
        try
        {
            var folder = Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(options.Path))!).FullName;
            // Places are taken up as they are written; a disk that fills up midway would take the saved states' room.
            if (why is null && !File.Exists(options.Path) && new DriveInfo(folder).AvailableFreeSpace is var free && free < options.Bytes)
                why = $"the disk has {Megabytes(free)} left";
            if (why is not null)
            {
                tell($"{options.Name}: no teacher cache, the trunk runs at each step on each image: {options.Views} views of {options.Items} images take {Megabytes(options.Bytes)} and {why}");
                return null;
            }

            var file = EntryFile.Open(options.Path, options.Run, (int)options.Entries, options.Floats, out var replaced);
            if (replaced) tell($"{options.Name}: the teacher cache {options.Path} was of another run or cut off, and is made anew");
            else if (file.Count is var count and > 0) tell($"{options.Name}: the teacher cache {options.Path} holds {count} of {options.Entries} views");
            return new TeacherCache(options, file, tell);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            tell($"{options.Name}: no teacher cache, the trunk runs at each step on each image: {options.Path} cannot be used ({fault.Message})");
            return null;
        }
    }

    /// <inheritdoc />
    public bool Knows(long step, int item, int view) => _file.Stamp(Entry(item, view)) is > 0 and var stamp && WrittenAt(stamp) < step;

    /// <summary>Reads what is known of a view.</summary>
    /// <param name="item">The item.</param>
    /// <param name="view">Which of its views.</param>
    /// <param name="embedding">Gets the embedding's bytes.</param>
    /// <param name="map">Gets the map's; empty where none is kept.</param>
    /// <exception cref="InputException">The file can no longer be read.</exception>
    public void Read(int item, int view, Span<byte> embedding, Span<byte> map)
    {
        try
        {
            _file.Read(Entry(item, view), 0, embedding);
            _file.Read(Entry(item, view), _options.EmbeddingFloats, map);
        }
        catch (IOException fault)
        {
            throw new InputException($"the teacher cache {Path} can no longer be read: {fault.Message}. Delete it and start again: the training goes on from its last saved state", fault);
        }
    }

    /// <summary>Keeps what the teacher made of a view. Where the disk is full it says so once and keeps no more.</summary>
    /// <param name="step">The step that asked; later ones know it.</param>
    /// <param name="item">The item.</param>
    /// <param name="view">Which of its views.</param>
    /// <param name="embedding">The embedding's bytes.</param>
    /// <param name="map">The map's; empty where none is kept.</param>
    public void Write(long step, int item, int view, ReadOnlySpan<byte> embedding, ReadOnlySpan<byte> map)
    {
        if (_failed) return;
        try
        {
            _file.Write(Entry(item, view), Stamp(step), embedding, map);
        }
        catch (IOException fault)
        {
            KeepNoMore(fault);
        }
    }

    /// <summary>Brings to the disk what was kept, so that a state saved next finds it after a power cut.</summary>
    public void Flush()
    {
        try
        {
            _file.Flush();
        }
        catch (IOException fault)
        {
            KeepNoMore(fault);
        }
    }

    /// <summary>Closes the file and deletes it.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(Path);
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    // A stamp of 0 is an empty place.
    private static long Stamp(long step) => step + 1;

    private static long WrittenAt(long stamp) => stamp - 1;

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e6):N0} MB");

    private int Entry(int item, int view) => (item * _options.Views) + view;

    private void KeepNoMore(IOException fault)
    {
        if (!_failed) _tell($"{_options.Name}: the teacher cache {Path} could not be written ({fault.Message}): what it holds is used, and nothing more is kept");
        _failed = true;
    }
}
