namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>A face of a closed-set protocol.</summary>
/// <param name="Image">The image, as an index into <see cref="ClosedSetLists.Images"/>.</param>
/// <param name="Person">Who it is, as an index into <see cref="ClosedSetLists.People"/>; <see cref="Nobody"/> for a distractor.</param>
public readonly record struct ClosedSetFace(int Image, int Person)
{
    /// <summary>Stands for somebody who is never searched for.</summary>
    public const int Nobody = -1;
}

/// <summary>Searches that are counted together.</summary>
/// <param name="Name">What they have in common, such as a distance.</param>
/// <param name="Faces">Faces of enrolled people.</param>
public sealed record ClosedSetProbes(string Name, IReadOnlyList<ClosedSetFace> Faces);
