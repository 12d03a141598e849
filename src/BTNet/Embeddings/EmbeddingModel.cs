namespace BTNet.Embeddings;

/// <summary>Which model makes embeddings, for who keeps them: only those of one kind compare with each other.</summary>
/// <param name="Fingerprint">Tells the model from every other, as <see cref="Models.ModelPackage.Fingerprint"/>.</param>
/// <param name="Compatibility">Tells the kind of embeddings from every other: models of one trunk share it, as do a recogniser of others and what was extended from it.</param>
/// <param name="Size">Numbers in an embedding, at least 1.</param>
/// <param name="Name">For people.</param>
public sealed record EmbeddingModel(string Fingerprint, string Compatibility, int Size, string Name)
{
    /// <summary>Tells the networks that make the embeddings from all others; models of several fingerprints may have the same, and scores are calibrated for networks. Null where nobody knows. Default null.</summary>
    public string? Networks { get; init; }
}
