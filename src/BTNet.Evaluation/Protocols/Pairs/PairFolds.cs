namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>Cuts a list of pairs into folds.</summary>
public static class PairFolds
{
    /// <summary>The field's number of folds.</summary>
    public const int Usual = 10;

    /// <summary>
    /// Cuts into contiguous folds whose sizes differ by one at most, the larger first, as scikit-learn's KFold does.
    /// Where such a fold would hold pairs of one label only, each label is cut by itself instead (stratified), and
    /// where there are fewer pairs of a label than folds, there are fewer folds; a notice says so.
    /// </summary>
    /// <param name="same">The label of each pair, in the order of the list.</param>
    /// <param name="folds">Wanted folds, at least 2.</param>
    /// <param name="name">The list's name, for messages.</param>
    /// <returns>The fold of each pair, and what the user should be told, or null.</returns>
    /// <exception cref="InputException">Fewer than two pairs of one person or of two people.</exception>
    public static (int[] Folds, string? Notice) Cut(IReadOnlyList<bool> same, int folds, string name)
    {
        ArgumentNullException.ThrowIfNull(same);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var mates = same.Count(flag => flag);
        var rarer = Math.Min(mates, same.Count - mates);
        if (rarer < 2)
        {
            throw new InputException(
                $"{name}: {mates} pairs of one person and {same.Count - mates} of two people; expected at least two of each, so that a threshold can be chosen on pairs other than those it judges");
        }

        var cut = Contiguous(same.Count, folds);
        if (folds <= rarer && HoldBothLabels(same, cut, folds)) return (cut, null);

        var used = Math.Min(folds, rarer);
        var (ofMates, ofStrangers) = (Contiguous(mates, used), Contiguous(same.Count - mates, used));
        var (mate, stranger) = (0, 0);
        var stratified = same.Select(flag => flag ? ofMates[mate++] : ofStrangers[stranger++]).ToArray();
        var fewer = used < folds ? $"; there are {used} folds, as there are no more than {rarer} pairs of one label" : "";
        return (stratified, $"{name}: cut in order, a fold would hold pairs of one label only, so each label was cut into {used} folds by itself (stratified){fewer}");
    }

    private static int[] Contiguous(int pairs, int folds)
    {
        var (size, larger) = Math.DivRem(pairs, folds);
        return [.. Enumerable.Range(0, folds).SelectMany(fold => Enumerable.Repeat(fold, fold < larger ? size + 1 : size))];
    }

    private static bool HoldBothLabels(IReadOnlyList<bool> same, int[] cut, int folds)
    {
        var (mates, strangers) = (new bool[folds], new bool[folds]);
        for (var pair = 0; pair < cut.Length; pair++) (same[pair] ? mates : strangers)[cut[pair]] = true;
        return Array.TrueForAll(mates, present => present) && Array.TrueForAll(strangers, present => present);
    }
}
