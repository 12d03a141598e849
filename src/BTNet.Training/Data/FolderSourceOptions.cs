namespace BTNet.Training.Data;

/// <summary>Which identities of a folder are taken.</summary>
public sealed record FolderSourceOptions
{
    /// <summary>The names of the identity folders taken; null for all of them.</summary>
    public IReadOnlyCollection<string>? Identities { get; init; }

    /// <summary>Identities with fewer pictures than this are left out; at least 1.</summary>
    public int MinimumImages { get; init; } = 1;
}
