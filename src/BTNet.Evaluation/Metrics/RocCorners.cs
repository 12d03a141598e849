namespace BTNet.Evaluation.Metrics;

/// <summary>Walks along two sorted lists of scores and keeps the points at which the curve turns.</summary>
internal static class RocCorners
{
    /// <param name="mates">Scores of pairs of one person, rising.</param>
    /// <param name="strangers">Scores of pairs of two people, rising.</param>
    public static List<RocPoint> Of(ReadOnlySpan<float> mates, ReadOnlySpan<float> strangers)
    {
        var points = new List<RocPoint> { new(double.PositiveInfinity, 0, 0) };
        var (mate, stranger) = (mates.Length, strangers.Length); // how many are not accepted yet
        while (mate > 0 || stranger > 0)
        {
            var (score, before) = (mate > 0 ? mates[mate - 1] : float.NegativeInfinity, stranger);
            while (stranger > 0 && (mate == 0 || strangers[stranger - 1] > score)) stranger--;
            if (stranger < before) points.Add(new RocPoint(strangers[stranger], strangers.Length - stranger, mates.Length - mate));
            if (mate == 0) break;
            while (mate > 0 && mates[mate - 1] == score) mate--;
            while (stranger > 0 && strangers[stranger - 1] == score) stranger--;
            points.Add(new RocPoint(score, strangers.Length - stranger, mates.Length - mate));
        }

        return points;
    }
}
