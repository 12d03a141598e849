using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Training.Data;

/// <summary>
/// Keeps the decoded pictures of another source in a file, as they are asked for, for all epochs, runs and ranks of one
/// machine. What is shown is the same with and without it, bit for bit: a picture that has changed since, is half
/// written or damaged is decoded again, and so is, each time, one that has not 112 x 112 pixels. Safe for use from several
/// threads; any number of processes may use one folder.
/// </summary>
public sealed class PictureCache : IFaceSource, IDisposable
{
    private readonly IFaceSource _source;
    private readonly PictureFile _file;
    private readonly ulong[] _versions;
    private readonly Action<string> _tell;
    private int _told;
    private int _failed;

    private PictureCache(IFaceSource source, string path, PictureFile file, ulong[] versions, Action<string> tell) =>
        (_source, Path, _file, _versions, _tell) = (source, path, file, versions, tell);

    [Flags]
    private enum Note
    {
        Spoilt = 1,
        OtherSize = 2,
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public string Description => _source.Description;

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public int Identities => _source.Identities;

    /// <summary>Opens or makes the cache of a source; null, having said why, where it does not fit or cannot be made.</summary>
    /// <param name="source">Where the pictures are; stays the caller's to dispose of, after the cache.</param>
    /// <param name="folder">Where the file lies, one for each choice of pictures; best on a disk of this machine.</param>
    /// <param name="limitBytes">The most that the file may take.</param>
    /// <param name="tell">Told of trouble, a line each, from any thread; null for nobody.</param>
    /// <param name="announce">Told that there is a cache; null for nobody.</param>
    public static PictureCache? Open(IFaceSource source, string folder, long limitBytes, Action<string>? tell = null, Action<string>? announce = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        tell ??= _ => { };
        var bytes = PictureFile.Size(source.Count);
        if (bytes > limitBytes)
        {
            tell($"no image cache, pictures are decoded at each epoch: {source.Count} take {Megabytes(bytes)} and data.imageCacheMegabytes allows {Megabytes(limitBytes)}");
            return null;
        }

        var (names, versions) = Known(source);
        var path = System.IO.Path.Combine(folder, $"pictures-{names:x16}.cache");
        try
        {
            Directory.CreateDirectory(folder);
            var file = PictureFile.Open(path, $"{names:x16}", source.Count, out var replaced);
            announce?.Invoke($"decoded pictures are kept in {path}, {Megabytes(bytes)}");
            if (replaced) tell($"{path} was another's, cut off or damaged, and is made anew");
            return new PictureCache(source, path, file, versions, tell);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            tell($"no image cache, pictures are decoded at each epoch: {path}, {Megabytes(bytes)}, cannot be used ({fault.Message}). Name another folder with data.imageCacheFolder, on a disk with room");
            return null;
        }
    }

    /// <inheritdoc/>
    public int LabelOf(int index) => _source.LabelOf(index);

    /// <inheritdoc/>
    public string NameOf(int index) => _source.NameOf(index);

    /// <inheritdoc/>
    public string IdentityName(int label) => _source.IdentityName(label);

    /// <inheritdoc/>
    public string VersionOf(int index) => _source.VersionOf(index);

    /// <inheritdoc/>
    public FaceImage Load(int index)
    {
        var side = Resolution.Full.Side;
        if (_file.Read(index, _versions[index], out var wasSpoilt) is { } pixels) return new FaceImage(side, side, pixels);
        if (wasSpoilt) Tell(Note.Spoilt, $"pictures in {Path} have changed in the set since, or are damaged, the first of them {NameOf(index)}: they are decoded again");
        var image = _source.Load(index);
        if (image.Width == side && image.Height == side) Keep(index, image);
        else Tell(Note.OtherSize, $"pictures that have not {side} x {side} pixels are decoded at each epoch, the first of them {NameOf(index)}: the image cache keeps no others");
        return image;
    }

    /// <summary>Closes the file, which stays. Nobody may load any more.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>What the names are, and what each picture is decoded from and by.</summary>
    private static (ulong Names, ulong[] Versions) Known(IFaceSource source)
    {
        var names = new XxHash3();
        for (var item = 0; item < source.Count; item++) names.Append(Encoding.UTF8.GetBytes(source.NameOf(item) + "\n"));
        var decoder = typeof(FaceDecoder).Module.ModuleVersionId.ToString();
        var versions = new ulong[source.Count];
        // Side by side: a look at each file takes long on a disk far away. 0 is an empty place.
        Parallel.For(0, versions.Length, item => versions[item] = Math.Max(1, XxHash3.HashToUInt64(MemoryMarshal.AsBytes($"{decoder} {source.VersionOf(item)}".AsSpan()))));
        return (names.GetCurrentHashAsUInt64(), versions);
    }

    private static string Megabytes(long bytes) => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e6):N0} MB");

    private void Keep(int index, FaceImage image)
    {
        if (Volatile.Read(ref _failed) != 0) return;
        try
        {
            _file.Write(index, _versions[index], image.Pixels);
        }
        catch (IOException fault)
        {
            if (Interlocked.Exchange(ref _failed, 1) == 0) _tell($"the image cache {Path} could not be written ({fault.Message}): what it holds is used, and nothing more is kept");
        }
    }

    private void Tell(Note note, string line)
    {
        if ((Interlocked.Or(ref _told, (int)note) & (int)note) == 0) _tell(line);
    }
}
