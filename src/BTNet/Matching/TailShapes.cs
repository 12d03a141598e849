namespace BTNet.Matching;

/// <summary>
/// One shape of the scores' upper end for all resolutions of a model: the mean of what each gives by itself. A shape is a ratio of two moments of scores that few people make, and mostly chance; shapes of the shipped model's 16
/// pairs of resolutions differ less than chance would let them (docs/calibration.md). How many scores there are and how far they go stays each pair's own. Floods are told so, from the records of many rivers ("regional"
/// frequency analysis, Hosking and Wallis 1997).
/// </summary>
/// <remarks>
/// People drawn again with replacement have lighter tails than those that they were drawn from, as more than a third of them are missing. So shapes of draws are moved together until their mean is that of the people
/// themselves. Both were chosen on parts of the calibration people (docs/calibration.md).
/// </remarks>
internal sealed class TailShapes
{
    private readonly double[] _ofDraws;

    private TailShapes(double[] ofDraws) => _ofDraws = ofDraws;

    /// <summary>Of people drawn anew, the same for all resolutions.</summary>
    /// <param name="draw">From 0.</param>
    public double this[int draw] => _ofDraws[draw];

    /// <param name="models">At different resolutions, of as many people.</param>
    /// <param name="draws">How often people are drawn.</param>
    /// <param name="drawn">How often each of so many people counts in a draw.</param>
    /// <param name="cancellation">Ends the work between two draws.</param>
    public static TailShapes Of(IReadOnlyList<StrangerModel> models, int draws, Func<int, int, int[]> drawn, CancellationToken cancellation)
    {
        var people = models[0].People;
        var own = Mean([.. Enumerable.Repeat(1, people)]);
        var ofDraws = new double[draws];
        Parallel.For(0, draws, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, draw => ofDraws[draw] = Mean(drawn(people, draw)));
        var off = own - ofDraws.Average();
        return new TailShapes(Array.ConvertAll(ofDraws, shape => GeneralisedPareto.Bounded(shape + off)));

        // Without those that have no tail: of pairs a draw may hold none far up.
        double Mean(int[] counts) => models.Select(model => model.Shape(counts)).Average() ?? 0;
    }
}
