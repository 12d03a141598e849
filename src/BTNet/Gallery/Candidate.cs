using BTNet.Resolutions;

namespace BTNet.Gallery;

/// <summary>Somebody enrolled who is like a face that is searched for.</summary>
/// <param name="Id">Tells the subject from every other.</param>
/// <param name="Name">For people.</param>
/// <param name="Score">The cosine with the subject's most alike face, -1 to 1.</param>
/// <param name="Template">The number of that face.</param>
/// <param name="Resolution">The branch that made its embedding.</param>
public sealed record Candidate(string Id, string Name, double Score, long Template, Resolution Resolution);
