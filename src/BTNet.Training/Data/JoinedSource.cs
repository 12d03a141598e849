using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>The pictures of one source, and those of another behind them, of other people. Both stay the caller's.</summary>
internal sealed class JoinedSource(IFaceSource first, IFaceSource second) : IFaceSource
{
    /// <inheritdoc/>
    public string Description => $"{first.Description}, and {second.Description}";

    /// <inheritdoc/>
    public int Count { get; } = checked(first.Count + second.Count);

    /// <inheritdoc/>
    public int Identities { get; } = checked(first.Identities + second.Identities);

    /// <inheritdoc/>
    public int LabelOf(int index) => IsFirst(index) ? first.LabelOf(index) : first.Identities + second.LabelOf(index - first.Count);

    /// <inheritdoc/>
    public string NameOf(int index) => IsFirst(index) ? first.NameOf(index) : second.NameOf(index - first.Count);

    /// <inheritdoc/>
    public string IdentityName(int label) => label < first.Identities ? first.IdentityName(label) : second.IdentityName(label - first.Identities);

    /// <inheritdoc/>
    public string VersionOf(int index) => IsFirst(index) ? first.VersionOf(index) : second.VersionOf(index - first.Count);

    /// <inheritdoc/>
    public FaceImage Load(int index) => IsFirst(index) ? first.Load(index) : second.Load(index - first.Count);

    private bool IsFirst(int index) => index < first.Count;
}
