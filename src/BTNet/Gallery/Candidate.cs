using BTNet.Resolutions;

namespace BTNet.Gallery;

/// <summary>Somebody enrolled who is like a face that is searched for.</summary>
/// <param name="Id">Tells the subject from every other.</param>
/// <param name="Name">For people.</param>
/// <param name="Score">The cosine with the subject's most alike face, or with what several are fused into, -1 to 1.</param>
/// <param name="Template">The number of that face; of several the one of the smallest resolution.</param>
/// <param name="Resolution">The branch that made its embedding.</param>
public sealed record Candidate(string Id, string Name, double Score, long Template, Resolution Resolution)
{
    /// <summary>The fingerprint of the model that made that face's embedding; null where a store does not say.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// What tells the networks from others that made it (<see cref="Embeddings.EmbeddingModel.Networks"/>), with a blank between where several faces were made by several; of a face of which nobody knows them, beside others, its
    /// model. Null where nobody knows any, and all are of <see cref="Model"/>.
    /// </summary>
    public string? Networks { get; init; }

    /// <summary>Puts together what is known of the faces that a score is of.</summary>
    /// <param name="made">Of each face its networks, where they are known, and its model; the one that stands for them first.</param>
    internal static string? NetworksOf(IReadOnlyList<(string? Networks, string Model)> made) => made.All(one => one.Networks is null && one.Model == made[0].Model)
        ? null
        : string.Join(' ', made.Select(one => one.Networks ?? $"model:{one.Model}").Distinct(StringComparer.Ordinal));
}
