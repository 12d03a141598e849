using BTNet.Training.Checkpoints;
using BTNet.Training.Data;

namespace BTNet.Training;

/// <summary>What a training learns from that its recipe and the names of its pictures do not say; null of either where it is not known, which is like any.</summary>
/// <param name="Pictures">The pictures as they are (<see cref="RunIdentity.PicturesHash"/>).</param>
/// <param name="StartFrom">SHA-256 of the file with the weights that it starts from; empty for fresh ones.</param>
internal sealed record RunOrigin(string? Pictures, string? StartFrom)
{
    private const string PicturesKey = "pictures";
    private const string StartFromKey = "startFrom";

    /// <summary>Of a training that starts or goes on.</summary>
    /// <param name="source">The pictures.</param>
    /// <param name="startFile">The file with the weights that it starts from; null for fresh ones. One that is gone meanwhile is not known.</param>
    public static RunOrigin Of(IFaceSource source, string? startFile) => new(RunIdentity.PicturesHash(source), startFile is null ? "" : File.Exists(startFile) ? FileHash.Of(startFile) : null);

    /// <summary>What was written down; of versions that did not it is not known.</summary>
    public static RunOrigin Of(Func<string, string?> written) => new(written(PicturesKey), written(StartFromKey));

    /// <summary>To be written down.</summary>
    public IEnumerable<KeyValuePair<string, string>> Written() =>
        new (string Key, string? Value)[] { (PicturesKey, Pictures), (StartFromKey, StartFrom) }.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value!));

    /// <summary>With what another knows where this one does not.</summary>
    public RunOrigin Or(RunOrigin other) => new(Pictures ?? other.Pictures, StartFrom ?? other.StartFrom);

    /// <summary>In what an earlier one differs, in words; null where in nothing.</summary>
    public string? DifferenceTo(RunOrigin earlier) =>
        earlier.Pictures is not null && Pictures is not null && earlier.Pictures != Pictures ? "on pictures that have changed since, though their names are the same"
        : earlier.StartFrom is not null && StartFrom is not null && earlier.StartFrom != StartFrom ? "from other weights (startFrom)"
        : null;
}
