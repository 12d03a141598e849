namespace BTNet.Evaluation.Metrics;

/// <summary>At which places of a ranking the right ones come.</summary>
public static class MatchPlaces
{
    /// <summary>The places, 1 for the first, ascending. Of others with the same score all come before a match, so that a tie helps nobody.</summary>
    /// <param name="scores">The score of everything that is ranked; the higher the nearer.</param>
    /// <param name="matches">The right ones, as indices into the scores, each once.</param>
    /// <exception cref="ArgumentException">There are none, or one is out of range.</exception>
    public static int[] Of(ReadOnlySpan<float> scores, IReadOnlyList<int> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        if (matches.Count == 0) throw new ArgumentException("needs at least one match", nameof(matches));
        var own = new float[matches.Count];
        for (var i = 0; i < own.Length; i++)
        {
            if (matches[i] < 0 || matches[i] >= scores.Length) throw new ArgumentException($"{matches[i]} is none of the {scores.Length} that are ranked", nameof(matches));
            own[i] = scores[matches[i]];
        }

        Array.Sort(own);
        Array.Reverse(own);
        // Of each match, how many others are at least as near to the probe, and no nearer than the match before.
        var others = new int[own.Length];
        foreach (var score in scores)
            if (score >= own[^1]) others[First(own, score)]++;
        foreach (var score in own) others[First(own, score)]--;
        var (places, before) = (new int[own.Length], 0);
        for (var i = 0; i < own.Length; i++) places[i] = (before += others[i]) + i + 1;
        return places;
    }

    /// <summary>The first match that a score is at least as high as.</summary>
    private static int First(float[] own, float score)
    {
        var first = 0;
        while (own[first] > score) first++;
        return first;
    }
}
