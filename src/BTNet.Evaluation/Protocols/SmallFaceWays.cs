namespace BTNet.Evaluation.Protocols;

/// <summary>What is asked of the ways of treating small faces that a protocol is given.</summary>
internal static class SmallFaceWays
{
    /// <exception cref="ArgumentException">There is none: nothing would come out, however much was embedded.</exception>
    public static void Require(IReadOnlyList<SmallFaceWay> ways)
    {
        ArgumentNullException.ThrowIfNull(ways);
        if (ways.Count == 0) throw new ArgumentException("needs at least one way of treating small faces", nameof(ways));
    }
}
