namespace BTNet.Matching;

/// <summary>
/// One shape of the scores' upper end for all resolutions of a model: the mean of what each gives by itself. The third moment of a few hundred excesses is mostly chance, and there is no reason why deviations from a probe's
/// mean should end otherwise at 14 pixels than at 28; how many there are and how far they go stays each pair's own. Floods are told so, from the records of many rivers ("regional" frequency analysis, Hosking and Wallis 1997).
/// </summary>
/// <remarks>
/// People drawn again with replacement have lighter tails than those that they were drawn from, as two in five of them are missing. So shapes of draws are moved together until their mean is that of the people themselves.
/// Both were chosen on parts of the calibration people (docs/calibration.md).
/// </remarks>
internal sealed class TailShapes
{
    private readonly double[] _ofDraws;

    private TailShapes(double[] ofDraws) => _ofDraws = ofDraws;

    /// <summary>Of people drawn anew, the same for all resolutions.</summary>
    /// <param name="draw">From 0.</param>
    public double this[int draw] => _ofDraws[draw];

    /// <param name="models">At different resolutions.</param>
    /// <param name="draws">How often people are drawn.</param>
    /// <param name="drawn">How often each of so many people counts in a draw.</param>
    /// <param name="cancellation">Ends the work between two draws.</param>
    public static TailShapes Of(IReadOnlyList<StrangerModel> models, int draws, Func<int, int, int[]> drawn, CancellationToken cancellation)
    {
        var own = models.Average(model => model.Shape([.. Enumerable.Repeat(1, model.People)]));
        var ofDraws = new double[draws];
        Parallel.For(0, draws, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, draw =>
            ofDraws[draw] = models.Average(model => model.Shape(drawn(model.People, draw))));
        var off = own - ofDraws.Average();
        return new TailShapes(Array.ConvertAll(ofDraws, shape => GeneralisedPareto.Bounded(shape + off)));
    }
}
