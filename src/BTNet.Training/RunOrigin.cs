using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;

namespace BTNet.Training;

/// <summary>What a training learns from that its recipe and the names of its pictures do not say; null of any where it is not known, which is like any.</summary>
/// <param name="Pictures">The pictures as they are (<see cref="RunIdentity.PicturesHash"/>).</param>
/// <param name="StartFrom">SHA-256 of the file with the weights that it starts from; empty for fresh ones.</param>
/// <param name="Drawing">What draws views and synthetic faces (<see cref="DrawingOf"/>).</param>
internal sealed record RunOrigin(string? Pictures, string? StartFrom, string? Drawing)
{
    private const string PicturesKey = "pictures";
    private const string StartFromKey = "startFrom";
    private const string DrawingKey = "drawing";

    /// <summary>Of a training that starts or goes on.</summary>
    /// <param name="source">The pictures.</param>
    /// <param name="startFile">The file with the weights that it starts from; null for fresh ones. One that is gone meanwhile is not known.</param>
    /// <param name="drawn">Synthetic faces to learn from beside the pictures.</param>
    public static RunOrigin Of(IFaceSource source, string? startFile, int drawn) =>
        new(RunIdentity.PicturesHash(source), startFile is null ? "" : File.Exists(startFile) ? FileHash.Of(startFile) : null, DrawingOf(drawn));

    /// <summary>What was written down; of versions that did not it is not known.</summary>
    public static RunOrigin Of(Func<string, string?> written) => new(written(PicturesKey), written(StartFromKey), written(DrawingKey));

    /// <summary>What draws views, and synthetic faces where there are any beside the pictures: those among the pictures say so themselves (<see cref="RenderedSource.VersionOf"/>).</summary>
    public static string DrawingOf(int drawn) => $"views {FaceViews.Version}{(drawn == 0 ? "" : $", faces by {RenderedSource.Program}")}";

    /// <summary>To be written down.</summary>
    public IEnumerable<KeyValuePair<string, string>> Written() =>
        new (string Key, string? Value)[] { (PicturesKey, Pictures), (StartFromKey, StartFrom), (DrawingKey, Drawing) }.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value!));

    /// <summary>With what another knows where this one does not.</summary>
    public RunOrigin Or(RunOrigin other) => new(Pictures ?? other.Pictures, StartFrom ?? other.StartFrom, Drawing ?? other.Drawing);

    /// <summary>In what an earlier one differs, in words; null where in nothing.</summary>
    public string? DifferenceTo(RunOrigin earlier) =>
        Differ(earlier.Pictures, Pictures) ? "on pictures that have changed since, though their names are the same"
        : Differ(earlier.StartFrom, StartFrom) ? "from other weights (startFrom)"
        : Differ(earlier.Drawing, Drawing) ? "on views or synthetic faces that another version of btnet drew"
        : null;

    private static bool Differ(string? earlier, string? now) => earlier is not null && now is not null && earlier != now;
}
