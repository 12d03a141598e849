using BTNet.Embeddings;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>What a search among prototypes finds.</summary>
/// <param name="Own">The score of the person searched for; not a number for a stranger.</param>
/// <param name="Rank">How many score at least as much; 0 for a stranger.</param>
/// <param name="Other">The row of the best of all others; -1 where there is no other.</param>
/// <param name="OtherScore">Its score.</param>
/// <param name="Best">The best score.</param>
/// <param name="Lowest">The lowest of the best scores that the list holds.</param>
internal readonly record struct PrototypeMatch(double Own, int Rank, int Other, double OtherScore, double Best, double Lowest);

/// <summary>Compares probes with every prototype.</summary>
internal static class PrototypeSearch
{
    /// <param name="prototypes">At length 1, a row a person.</param>
    /// <param name="probes">How many probes there are.</param>
    /// <param name="probe">The raw embedding of a probe.</param>
    /// <param name="person">The row of the person that a probe shows; -1 for a stranger.</param>
    /// <param name="places">How many places a list has.</param>
    /// <param name="searched">Told of the number of probes that were compared since last.</param>
    /// <param name="cancellation">Ends the work between two tiles.</param>
    public static PrototypeMatch[] Run(EmbeddingMatrix prototypes, int probes, Func<int, float[]> probe, Func<int, int> person, int places, Action<int> searched, CancellationToken cancellation)
    {
        var matches = new PrototypeMatch[probes];
        TiledSearch.Run(prototypes.Rows, row => prototypes[row], probes, probe, (i, scores) => matches[i] = Match(scores, person(i), places), searched, cancellation);
        return matches;
    }

    private static PrototypeMatch Match(float[] scores, int person, int places)
    {
        // The best, the lowest of them first.
        Span<float> best = stackalloc float[Math.Min(places, scores.Length)];
        best.Fill(float.NegativeInfinity);
        foreach (var score in scores)
        {
            if (score <= best[0]) continue;
            var place = 0;
            for (; place + 1 < best.Length && best[place + 1] < score; place++) best[place] = best[place + 1];
            best[place] = score;
        }

        var (own, rank) = (person < 0 ? float.NaN : scores[person], 0);
        if (person >= 0)
            foreach (var score in scores) rank += score >= own ? 1 : 0;
        var (other, otherScore) = (-1, float.NegativeInfinity);
        for (var row = 0; row < scores.Length; row++)
            if (row != person && scores[row] > otherScore) (other, otherScore) = (row, scores[row]);
        return new PrototypeMatch(own, rank, other, otherScore, best[^1], best[0]);
    }
}
