namespace BTNet.Gallery.Search;

/// <summary>What a search found.</summary>
/// <param name="Owner">Whose row it is.</param>
/// <param name="Row">The place of the row.</param>
/// <param name="Score">The cosine, -1 to 1.</param>
internal readonly record struct Match(int Owner, int Row, float Score)
{
    /// <summary>The highest score first; of equal ones the lower owner, then the lower row.</summary>
    public static int Compare(Match one, Match other) =>
        other.Score.CompareTo(one.Score) is var byScore and not 0 ? byScore : one.Owner.CompareTo(other.Owner) is var byOwner and not 0 ? byOwner : one.Row.CompareTo(other.Row);
}
