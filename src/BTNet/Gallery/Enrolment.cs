namespace BTNet.Gallery;

/// <summary>Somebody who is to be enrolled, or who gets further faces.</summary>
/// <param name="Id">Tells the subject from every other: 1 to 400 characters, none of them a control character. Letters in any script; the case matters.</param>
/// <param name="Faces">The faces, at least one.</param>
public sealed record Enrolment(string Id, IReadOnlyList<EnrolledFace> Faces)
{
    /// <summary>The name for people; null to leave it as it is, or to take the id for a new subject. Default null.</summary>
    public string? Name { get; init; }

    /// <summary>What else is to be known, such as <c>site = north</c>; of a subject that is there, those that are named are set. Default none.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a subject of this id that is there already is a fault. Default false.</summary>
    public bool MustBeNew { get; init; }
}
