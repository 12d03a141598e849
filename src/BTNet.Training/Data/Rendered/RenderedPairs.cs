namespace BTNet.Training.Data.Rendered;

/// <summary>Verification pairs over synthetic people: is it the same person twice?</summary>
public static class RenderedPairs
{
    /// <summary>
    /// As many pairs of one person as of two, by turns, none twice; the same source, number and seed give the same list.
    /// </summary>
    /// <param name="source">The people, two at least, with two pictures each at least.</param>
    /// <param name="pairs">How many pairs; an even number is balanced exactly, an odd one has one more of the same person.</param>
    /// <param name="seed">Chooses the pairs.</param>
    /// <returns>Items of the source, and whether both are of one person.</returns>
    /// <exception cref="ArgumentException">The source has too few people or pictures for so many different pairs.</exception>
    public static IReadOnlyList<(int First, int Second, bool Same)> Make(RenderedSource source, int pairs, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pairs);
        var images = source.ImagesPerIdentity;
        var ofOne = (long)source.Identities * images * (images - 1) / 2;
        var ofTwo = ((long)source.Count * (source.Count - 1) / 2) - ofOne;
        if ((pairs + 1) / 2 > ofOne || pairs / 2 > ofTwo)
            throw new ArgumentException($"{source.Description} make {ofOne} pairs of one person and {ofTwo} of two, too few for {pairs} pairs, half of each", nameof(pairs));

        var random = new Dice(seed, 0x9A175);
        var taken = new HashSet<(int, int)>();
        var list = new List<(int, int, bool)>(pairs);
        while (list.Count < pairs)
        {
            var same = list.Count % 2 == 0;
            var first = random.Below(source.Count);
            var second = same ? (first / images * images) + random.Below(images) : random.Below(source.Count);
            if (first == second || (source.LabelOf(first) == source.LabelOf(second)) != same) continue;
            if (taken.Add((Math.Min(first, second), Math.Max(first, second)))) list.Add((first, second, same));
        }

        return list;
    }
}
