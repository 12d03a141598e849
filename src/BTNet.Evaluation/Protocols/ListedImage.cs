using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>An image that a list of faces names, decoded when it is needed and not kept.</summary>
public sealed class ListedImage
{
    private readonly Func<FaceImage> _decode;

    /// <param name="name">The file or record, for messages.</param>
    /// <param name="decode">Gives the picture; throws <see cref="InputException"/> where it is broken; may be called
    /// from several threads.</param>
    public ListedImage(string name, Func<FaceImage> decode)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(decode);
        (Name, _decode) = (name, decode);
    }

    /// <summary>The file or record.</summary>
    public string Name { get; }

    /// <summary>Decodes the picture anew.</summary>
    /// <exception cref="InputException">It is missing or broken.</exception>
    public FaceImage Decode() => _decode();
}
