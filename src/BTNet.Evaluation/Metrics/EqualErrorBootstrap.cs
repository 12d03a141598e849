namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Resamples pairs to see how far the equal error rate varies. A draw is but a count for each group of equal scores,
/// which are in order already: nothing is sorted again, and the walk along them ends where the two rates cross.
/// </summary>
internal static class EqualErrorBootstrap
{
    private const int Draws = 1000;
    private const ulong Seed = 1;

    public static ConfidenceInterval Interval(RankedScores ranked)
    {
        var (positives, negatives) = GroupsByLabel(ranked);
        var (trues, falses) = (new int[ranked.GroupEnds.Length], new int[ranked.GroupEnds.Length]);
        var random = Seed;
        var rates = new double[Draws];
        for (var draw = 0; draw < rates.Length; draw++)
        {
            Resample(positives, trues, ref random);
            Resample(negatives, falses, ref random);
            rates[draw] = Rate(trues, falses, positives.Length, negatives.Length);
        }

        return ConfidenceInterval.Percentile(rates);
    }

    /// <summary>The group of equal scores that each pair lies in.</summary>
    private static (int[] Positives, int[] Negatives) GroupsByLabel(RankedScores ranked)
    {
        var (positives, negatives) = (new List<int>(ranked.Positives), new List<int>(ranked.Negatives));
        var rank = 0;
        for (var group = 0; group < ranked.GroupEnds.Length; group++)
        for (; rank < ranked.GroupEnds[group]; rank++)
            (ranked.Same[ranked.Order[rank]] ? positives : negatives).Add(group);
        return ([.. positives], [.. negatives]);
    }

    /// <summary>Draws as many pairs as there are, with repetition. Nearly all of the time goes into this, hence numbers
    /// straight from SplitMix64 (Steele, Lea and Flood 2014), several times as fast as <see cref="Random"/> from a seed.</summary>
    private static void Resample(int[] groups, int[] counts, ref ulong state)
    {
        Array.Clear(counts);
        for (var i = 0; i < groups.Length; i++)
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            // The upper half as a share of the pairs: uneven by their number in 2^32 at most.
            var drawn = (int)((((mixed ^ (mixed >> 31)) >> 32) * (ulong)groups.Length) >> 32);
            counts[groups[drawn]]++;
        }
    }

    /// <summary>As <see cref="RocCurve.EqualErrorRate"/>, each group weighing what was drawn of it.</summary>
    private static double Rate(int[] trues, int[] falses, int positives, int negatives)
    {
        var (far, frr) = (0.0, 1.0);
        var (accepted, falselyAccepted) = (0, 0);
        for (var group = 0; group < trues.Length; group++)
        {
            accepted += trues[group];
            falselyAccepted += falses[group];
            var (farBefore, gapBefore) = (far, frr - far);
            (far, frr) = (falselyAccepted / (double)negatives, 1 - (accepted / (double)positives));
            if (far >= frr) return farBefore + ((far - farBefore) * gapBefore / (gapBefore + far - frr));
        }

        throw new InvalidOperationException("the last group accepts everything");
    }
}
