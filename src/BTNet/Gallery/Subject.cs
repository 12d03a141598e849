using BTNet.Resolutions;

namespace BTNet.Gallery;

/// <summary>A face of a subject.</summary>
/// <param name="Number">Tells it from every other of the gallery; a number is never used again.</param>
/// <param name="Resolution">The branch that made its embedding.</param>
/// <param name="Quality">How useful it is expected to be, 0 to 1; null where nobody said.</param>
/// <param name="Source">Tells its picture from every other; null where nobody knows.</param>
/// <param name="Time">When it was taken or enrolled.</param>
/// <param name="Model">The fingerprint of the model that made it.</param>
public sealed record SubjectTemplate(long Number, Resolution Resolution, double? Quality, string? Source, DateTimeOffset Time, string Model);

/// <summary>Somebody who is enrolled.</summary>
/// <param name="Id">Tells the subject from every other.</param>
/// <param name="Name">For people.</param>
/// <param name="Attributes">What else is known.</param>
/// <param name="Templates">The faces, in the order in which they were enrolled.</param>
public sealed record Subject(string Id, string Name, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<SubjectTemplate> Templates);
