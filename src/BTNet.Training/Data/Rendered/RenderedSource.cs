using BTNet.Faces;

namespace BTNet.Training.Data.Rendered;

/// <summary>
/// Synthetic people to train and to measure on, drawn when asked for: nothing is downloaded and nothing is stored. Two
/// sources of one seed whose ranges of people do not overlap have no one in common.
/// </summary>
public sealed class RenderedSource : IFaceSource
{
    private readonly ulong _seed;
    private readonly int _firstIdentity;

    /// <summary>A number of pictures of each person of a range.</summary>
    /// <param name="seed">Chooses the population.</param>
    /// <param name="identities">How many people, at least 1.</param>
    /// <param name="imagesPerIdentity">How many pictures of each, at least 1.</param>
    /// <param name="firstIdentity">The first person's number in the population, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below the least, or there would be more than 2^31 - 1 pictures or people.</exception>
    public RenderedSource(ulong seed, int identities, int imagesPerIdentity, int firstIdentity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(identities);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(imagesPerIdentity);
        ArgumentOutOfRangeException.ThrowIfNegative(firstIdentity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)identities * imagesPerIdentity, int.MaxValue, nameof(identities));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)firstIdentity + identities, int.MaxValue, nameof(firstIdentity));
        (_seed, Identities, ImagesPerIdentity, _firstIdentity) = (seed, identities, imagesPerIdentity, firstIdentity);
    }

    /// <summary>What draws the people: another build may draw others.</summary>
    internal static string Program { get; } = typeof(RenderedSource).Module.ModuleVersionId.ToString();

    /// <summary>How many pictures there are of each person.</summary>
    public int ImagesPerIdentity { get; }

    /// <inheritdoc />
    public string Description => $"{Identities} synthetic people (numbers {_firstIdentity} to {_firstIdentity + Identities - 1} of seed {_seed}), {ImagesPerIdentity} drawn pictures of each";

    /// <inheritdoc />
    public int Count => Identities * ImagesPerIdentity;

    /// <inheritdoc />
    public int Identities { get; }

    /// <inheritdoc />
    public int LabelOf(int index) => Checked(index, Count) / ImagesPerIdentity;

    /// <inheritdoc />
    public string NameOf(int index) => $"{IdentityName(LabelOf(index))}/{index % ImagesPerIdentity:D4}";

    /// <inheritdoc />
    public string IdentityName(int label) => Person(Checked(label, Identities)).Name;

    /// <inheritdoc />
    public string VersionOf(int index) => $"{NameOf(index)} of seed {_seed}, number {_firstIdentity + LabelOf(index)}, drawn by {Program}";

    /// <inheritdoc />
    public FaceImage Load(int index) => RenderedFaces.Render(Person(LabelOf(index)), (ulong)(index % ImagesPerIdentity));

    private RenderedIdentity Person(int label) => RenderedIdentity.Create(_seed, _firstIdentity + label);

    private static int Checked(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return index;
    }
}
