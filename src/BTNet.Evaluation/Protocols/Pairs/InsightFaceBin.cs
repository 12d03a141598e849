using BTNet.Evaluation.Pickles;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>
/// An InsightFace evaluation file such as <c>lfw.bin</c>: a pickle of <c>(images, same)</c>, two encoded images
/// (JPEG, PNG) a pair one after the other, and a flag a pair. Written by Python 2 or 3, in any protocol.
/// </summary>
public sealed class InsightFaceBin
{
    private static readonly PickleGlobals Globals = new PickleGlobals(
        "an InsightFace evaluation .bin (a pickle of encoded images and flags)",
        "Fetch the file again from where it was published, or write it again with bytes and bool only.").AllowBytes().AllowNumpy();

    private readonly ReadOnlyMemory<byte>[] _images;
    private readonly bool[] _same;

    private InsightFaceBin(string name, ReadOnlyMemory<byte>[] images, bool[] same) => (Name, _images, _same) = (name, images, same);

    /// <summary>The file's name without its folder, for messages and reports.</summary>
    public string Name { get; }

    /// <summary>Number of pairs, at least 1.</summary>
    public int Pairs => _same.Length;

    /// <summary>Reads a file, whole, into memory.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">There is no such file, it is not such a pickle, it asks for code, or images and
    /// flags do not match. Whether the images can be decoded is not looked at.</exception>
    public static InsightFaceBin Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path)) throw new InputException($"{path} is a folder; expected {Globals.Expected}");
        SpecialFile.Refuse(path, Globals.Expected);
        try
        {
            var length = new FileInfo(path).Length;
            if (length > Array.MaxLength) throw new InputException($"{path} has {length} bytes; at most {Array.MaxLength} are read. Split the file.");
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">All of it; the images keep referring to it.</param>
    /// <param name="path">Its path or name, for messages.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    public static InsightFaceBin Parse(ReadOnlyMemory<byte> file, string path)
    {
        if (Unpickler.Read(file, path, Globals) is not IPickleSequence { Items: [var first, var second] })
            throw new InputException($"{path} is a pickle, but not of two things, the images and the flags; expected {Globals.Expected}");
        if (first is not IPickleSequence bins) throw new InputException($"{path}: the images are {PickleText.Describe(first)}; expected a list");
        var images = bins.Items;
        var (count, flagAt) = Flags(second) ?? throw new InputException($"{path}: the flags are {PickleText.Describe(second)}; expected a list or an array along one axis");
        if (images.Count == 0) throw new InputException($"{path} holds no images");
        if (images.Count % 2 != 0) throw new InputException($"{path} holds {images.Count} images, an odd number; expected two a pair");
        if (images.Count / 2 != count)
            throw new InputException($"{path} holds {images.Count} images, which are {images.Count / 2} pairs, but {count} flags; expected one a pair. The file is damaged or was written wrongly.");
        return new InsightFaceBin(
            Path.GetFileName(path),
            [.. images.Select((image, i) => Encoded(image) ?? throw new InputException($"{path}: image {i} (pair {i / 2}) is {PickleText.Describe(image)}; expected the bytes of a JPEG or PNG"))],
            [.. Enumerable.Range(0, count).Select(i => Flag(flagAt(i)) ?? throw new InputException($"{path}: the flag of pair {i} is {PickleText.Describe(flagAt(i))}; expected True or False"))]);
    }

    /// <summary>The first image of a pair as it is encoded in the file.</summary>
    /// <param name="pair">From 0.</param>
    public ReadOnlyMemory<byte> First(int pair) => _images[2 * pair];

    /// <summary>The second image of a pair as it is encoded in the file.</summary>
    /// <param name="pair">From 0.</param>
    public ReadOnlyMemory<byte> Second(int pair) => _images[(2 * pair) + 1];

    /// <summary>Whether both images of a pair show one person.</summary>
    /// <param name="pair">From 0.</param>
    public bool Same(int pair) => _same[pair];

    private static (int Count, Func<int, object?> At)? Flags(object? value) => value switch
    {
        IPickleSequence sequence => (sequence.Items.Count, i => sequence.Items[i]),
        NumpyArray { Shape.Count: 1 } array => (array.Count, i => array[i]),
        _ => null,
    };

    private static ReadOnlyMemory<byte>? Encoded(object? value) => value switch
    {
        PickleBytes bytes => bytes.Content,
        NumpyArray { Shape.Count: 1, Type: { Kind: 'u', Size: 1 } } array => array.Data, // cv2.imencode gives these
        _ => default(ReadOnlyMemory<byte>?), // a plain null would become an empty image
    };

    private static bool? Flag(object? value) => value switch
    {
        bool flag => flag,
        0L => false,
        1L => true,
        _ => null,
    };
}
