using BTNet.Resolutions;

namespace BTNet.Gallery.Postgres;

/// <summary>A face that a search looked at, with its score in single precision.</summary>
internal readonly record struct FoundFace(long Subject, long Template, float Score, Resolution Resolution, string Id, string Name, string Model, IReadOnlyList<(string? Networks, string Model)> Made);

/// <summary>Of the faces that a search looked at the best of each subject.</summary>
internal sealed class FoundSubjects
{
    private readonly Dictionary<long, FoundFace> _best = [];

    /// <summary>Subjects so far.</summary>
    public int Count => _best.Count;

    /// <summary>Takes a face; of equal scores of a subject the one that was enrolled first counts.</summary>
    public void Add(FoundFace face)
    {
        if (!_best.TryGetValue(face.Subject, out var best) || face.Score > best.Score || (face.Score.Equals(best.Score) && face.Template < best.Template)) _best[face.Subject] = face;
    }

    /// <summary>The first places: the most alike first, of equal scores the subject who was enrolled first.</summary>
    public List<FoundFace> First(int places) => [.. _best.Values.OrderByDescending(face => face.Score).ThenBy(face => face.Subject).Take(places)];
}
