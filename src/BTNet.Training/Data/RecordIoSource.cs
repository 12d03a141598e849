using System.Globalization;
using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// InsightFace's training sets: <c>train.rec</c> with the pictures, <c>train.idx</c> that says where each lies, and
/// <c>property</c> (identities, height, width). With the record 0 that says which records are pictures and which are
/// ranges of an identity, or without it; labels as one number or as a vector, whose first number is the identity. The
/// file may be larger than memory: only places and labels are held, some 24 bytes a picture. Opening reads the first
/// bytes of each record once.
/// </summary>
public sealed class RecordIoSource : IFaceSource, IDisposable
{
    private const int LargestLabel = 1 << 24;
    private readonly RecordIoFile _file;
    private readonly string _version;
    private readonly long[] _offsets;
    private readonly long[] _ends;
    private readonly long[] _keys;
    private readonly int[] _labels;
    private readonly int[]? _identities;

    /// <summary>Opens the files and reads the labels; no picture is read yet.</summary>
    /// <param name="path">The <c>.rec</c>, or the folder that holds a <c>train.rec</c>. Without an <c>.idx</c> beside it
    /// the records are found by walking through the file; without a <c>property</c> the identities are those found.</param>
    /// <param name="skipped">Told of each record that is broken, which is left out; null to refuse a file with a broken
    /// record. A file that is cut off is refused either way.</param>
    /// <param name="greatestBrokenShare">The share of broken records, from 0 to 1, that is borne.</param>
    /// <exception cref="InputException">A file is missing, empty, cut off or no RecordIO file, the index points past
    /// the end, or more records are broken than is borne; the message names the file and the record.</exception>
    public RecordIoSource(string path, SkippedItems? skipped = null, double greatestBrokenShare = 0.01)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(greatestBrokenShare);
        var rec = Path.GetFullPath(Directory.Exists(path) ? Path.Combine(path, "train.rec") : path);
        _file = new RecordIoFile(rec);
        _version = PictureVersion.Of(rec);
        try
        {
            var places = Places(rec);
            var ends = RecordIoIndex.Ends(places, _file.Length);
            var pictures = new RecordIoPictures(_file, places, ends);
            var classes = RecordIoProperty.Identities(Path.Combine(Path.GetDirectoryName(rec)!, "property"), LargestLabel);
            (_keys, _offsets, _ends, _labels) = pictures.ReadLabels(classes ?? LargestLabel, skipped, greatestBrokenShare);
            if (_labels.Length == 0) throw new InputException($"{rec}: holds no picture");
            if (classes is null) _identities = Renumber(_labels);
            Identities = classes ?? _identities!.Length;
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Description => $"{_file.Path}: {Identities} identities, {Count} images";

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <summary>
    /// How many identities: what <c>property</c> says, so that labels are the file's own and fit a classifier trained
    /// on it elsewhere; without a <c>property</c>, as many as have a picture, numbered in the order of their labels.
    /// </summary>
    public int Identities { get; }

    /// <inheritdoc/>
    public int LabelOf(int index) => _labels[index];

    /// <inheritdoc/>
    public string NameOf(int index) => $"{_file.Path} {RecordName(index)}";

    /// <summary>The label that the file gives an identity, as text.</summary>
    /// <param name="label">The identity, 0 to <see cref="Identities"/> - 1.</param>
    public string IdentityName(int label)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Identities);
        return (_identities?[label] ?? label).ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public string VersionOf(int index) => $"{RecordName(index)} of {_version}";

    /// <inheritdoc/>
    public FaceImage Load(int index)
    {
        var data = _file.Read(_offsets[index], _ends[index], RecordName(index));
        var header = ImageRecordHeader.Parse(data, data.Length, what => _file.Fault(RecordName(index), _offsets[index], what));
        return FaceDecoder.Decode(data.AsMemory(header.Bytes), NameOf(index));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private string RecordName(int index) => $"record {_keys[index].ToString(CultureInfo.InvariantCulture)}";

    private RecordPlace[] Places(string rec)
    {
        var idx = Path.ChangeExtension(rec, ".idx");
        if (!File.Exists(idx)) return RecordIoIndex.Scan(_file);
        var places = RecordIoIndex.Read(idx);
        var past = places.Where(place => place.Offset >= _file.Length).ToList();
        return past.Count == 0
            ? places
            : throw new InputException(
                $"{idx}: {past.Count} of {places.Length} records lie past the end of {rec}, which has {_file.Length} bytes, the first of them "
                + $"record {past[0].Key} at byte {past[0].Offset}: the .rec is cut off, or the .idx belongs to another. Copy or download both again.");
    }

    private static int[] Renumber(int[] labels)
    {
        int[] identities = [.. labels.Distinct().Order()];
        for (var i = 0; i < labels.Length; i++) labels[i] = Array.BinarySearch(identities, labels[i]);
        return identities;
    }
}
