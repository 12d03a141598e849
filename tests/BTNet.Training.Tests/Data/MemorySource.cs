using BTNet.Faces;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

/// <summary>A set of patterns in memory, three to an identity, of which some can be broken.</summary>
internal sealed class MemorySource(int count, Func<int, FaceImage>? load = null, int width = 112, int height = 112, string version = "") : IFaceSource
{
    private readonly FaceImage[] _images = [.. Enumerable.Range(0, load is null ? count : 0).Select(i => TestFaces.Pattern(width, height, i))];
    private int _loads;

    public int Loads => Volatile.Read(ref _loads);

    public string Description => "patterns";

    public int Count => count;

    public int Identities => (count + 2) / 3;

    public int LabelOf(int index) => index / 3;

    public string NameOf(int index) => $"pattern {index}";

    public string IdentityName(int label) => $"identity {label}";

    public string VersionOf(int index) => $"{NameOf(index)}{version}";

    public FaceImage Load(int index)
    {
        Interlocked.Increment(ref _loads);
        return load is null ? _images[index] : load(index);
    }
}
