namespace BTNet.Evaluation.Protocols;

/// <summary>A search that found somebody whom it should not have.</summary>
/// <param name="Probe">What was searched for, as the protocol counts it: an image, or a template.</param>
/// <param name="Found">The enrolled one of somebody else that is most alike, likewise.</param>
/// <param name="Score">Their score.</param>
/// <param name="OwnScore">The score of the right person; null for a stranger.</param>
public readonly record struct SearchMistake(int Probe, int Found, double Score, double? OwnScore)
{
    private const int OfEachKind = 4;

    /// <summary>The hardest few: enrolled people of whom somebody else came in front by the most, then strangers who are most like somebody enrolled. Of equal ones the first.</summary>
    internal static IReadOnlyList<SearchMistake> Hardest(IEnumerable<SearchMistake> mistakes)
    {
        var kinds = mistakes.ToLookup(mistake => mistake.OwnScore is null);
        return [.. kinds[false].OrderByDescending(mistake => mistake.Score - mistake.OwnScore).Take(OfEachKind), .. kinds[true].OrderByDescending(mistake => mistake.Score).Take(OfEachKind)];
    }
}
