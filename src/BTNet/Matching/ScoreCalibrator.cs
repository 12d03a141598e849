namespace BTNet.Matching;

/// <summary>Makes calibrations of scores.</summary>
public static class ScoreCalibrator
{
    private const int Steps = 160, Digits = 5;

    private static readonly double[] AllRates = [0.99, 0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 5e-3, 3e-3, 2e-3, 1e-3, 5e-4, 3e-4, 2e-4, 1e-4, 5e-5, 3e-5, 2e-5, 1e-5, 1e-6];

    /// <summary>Calibrates scores at two resolutions by themselves. Where there are more, all of them together say more of the scores' upper end.</summary>
    /// <param name="resolutions">Which.</param>
    /// <param name="scores">What strangers score there.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellation">Ends the work between two draws.</param>
    /// <exception cref="InputException">Options with faults.</exception>
    public static ScoreCalibration Calibrate(MatchedResolutions resolutions, StrangerScores scores, CalibrationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return Calibrate([(resolutions, scores)], options, cancellation: cancellation)[0];
    }

    /// <summary>Calibrates scores of one model at several resolutions. The shape of their upper end, of which the scores at two resolutions say little, is taken from all of them.</summary>
    /// <param name="pairs">What strangers score at which resolutions, of the same people.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends the work between two draws.</param>
    /// <returns>In the same order.</returns>
    /// <exception cref="InputException">Options with faults.</exception>
    /// <exception cref="ArgumentException">They are not of as many people.</exception>
    public static IReadOnlyList<ScoreCalibration> Calibrate(
        IReadOnlyList<(MatchedResolutions Resolutions, StrangerScores Scores)> pairs, CalibrationOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Calibrate(pairs, pairs.Count, options ?? new CalibrationOptions(), progress, cancellation);
    }

    /// <summary>Calibrates the first so many of some resolutions, with the shape that all of them give.</summary>
    internal static IReadOnlyList<ScoreCalibration> Calibrate(
        IReadOnlyList<(MatchedResolutions Resolutions, StrangerScores Scores)> pairs, int wanted, CalibrationOptions options, IProgress<int>? progress, CancellationToken cancellation)
    {
        if (options.Faults().ToList() is { Count: > 0 } faults) throw new InputException("how to calibrate", faults);
        if (pairs.Count == 0) return [];
        foreach (var pair in pairs) ArgumentNullException.ThrowIfNull(pair.Scores, nameof(pairs));
        if (pairs.FirstOrDefault(pair => pair.Scores.People != pairs[0].Scores.People) is { Scores: { } other })
            throw new ArgumentException($"{pairs[0].Scores.People} and {other.People} people; expected scores of the same people at all resolutions", nameof(pairs));
        StrangerModel[] models = [.. pairs.Select(pair => new StrangerModel(pair.Scores))];
        var shapes = TailShapes.Of(models, options.Draws, Drawn(options), cancellation);
        var found = new ScoreCalibration[wanted];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = Calibrate(pairs[i].Resolutions, pairs[i].Scores, models[i], shapes, options, cancellation);
            progress?.Report(i + 1);
        }

        return found;
    }

    private static ScoreCalibration Calibrate(MatchedResolutions resolutions, StrangerScores scores, StrangerModel model, TailShapes shapes, CalibrationOptions options, CancellationToken cancellation)
    {
        var (sizes, rates) = (Sizes(scores.People), Rates(scores.People));
        var grid = Grid(scores);
        var tables = Draws(model, shapes, grid, sizes, options, cancellation);
        var values = Thresholds(Mean(tables), grid, rates);
        var draws = Array.ConvertAll(tables, table => Thresholds(table, grid, rates));
        return new ScoreCalibration(resolutions, scores.People, scores.AreByProbe, sizes, rates, values, Bound(0.025), Bound(0.975), scores.Mates);

        // Never on the wrong side of what was measured.
        double[][] Bound(double share) => [.. sizes.Select((_, size) => rates.Select((_, rate) =>
        {
            double[] sorted = [.. draws.Select(table => table[size][rate]).Order()];
            var place = share * (sorted.Length - 1);
            var bound = sorted[(int)place] + ((place - (int)place) * (sorted[Math.Min((int)place + 1, sorted.Length - 1)] - sorted[(int)place]));
            return Math.Round(share < 0.5 ? Math.Min(bound, values[size][rate]) : Math.Max(bound, values[size][rate]), Digits);
        }).ToArray())];
    }

    /// <summary>The scores that the best of so many strangers reaches so rarely, without intervals: a row for each of <paramref name="scores"/>.</summary>
    internal static double[][] Thresholds(IReadOnlyList<StrangerScores> scores, int size, double[] rates, CalibrationOptions options, CancellationToken cancellation)
    {
        StrangerModel[] models = [.. scores.Select(one => new StrangerModel(one))];
        var shapes = TailShapes.Of(models, options.Draws, Drawn(options), cancellation);
        return [.. scores.Zip(models, (one, model) =>
        {
            var grid = Grid(one);
            return Thresholds(Mean(Draws(model, shapes, grid, [size], options, cancellation)), grid, rates)[0];
        })];
    }

    /// <summary>Rates by size and score for people drawn anew, each draw with a seed of its own, so that the number of threads makes no difference.</summary>
    private static double[][][] Draws(StrangerModel model, TailShapes shapes, double[] grid, int[] sizes, CalibrationOptions options, CancellationToken cancellation)
    {
        var (draws, drawn) = (new double[options.Draws][][], Drawn(options));
        Parallel.For(0, options.Draws, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, draw =>
            draws[draw] = model.Rates(grid, sizes, drawn(model.People, draw), shapes[draw]));
        return draws;
    }

    /// <summary>
    /// The rate to expect of a threshold, since nobody knows which of the draws is like the people to come. The rate falls so steeply with the score that a threshold which is right in the middle
    /// of the draws would let more strangers pass, in the mean, than asked for.
    /// </summary>
    private static double[][] Mean(double[][][] draws) =>
        [.. draws[0].Select((row, size) => row.Select((_, score) => draws.Average(draw => draw[size][score])).ToArray())];

    /// <summary>1, 3, 10, 30, ... up to the largest that so many people say anything of.</summary>
    internal static int[] Sizes(int people)
    {
        List<int> sizes = [];
        var most = (int)Math.Min((long)ScoreCalibration.MostTimes * people, 1_000_000_000);
        for (long size = 1; size < most; size *= 10) sizes.AddRange(new[] { size, 3 * size }.Where(one => one < most).Select(one => (int)one));
        return [.. sizes, most];
    }

    /// <summary>From 0.99 down to the least that so many people say anything of.</summary>
    internal static double[] Rates(int people) => [.. AllRates.Where(rate => rate * people >= (ScoreCalibration.Rule * ScoreCalibration.LeastOfRule) - 1e-9)];

    /// <summary>On the scale of <see cref="FisherZ"/>, where the tail moves evenly.</summary>
    private static double[] Grid(StrangerScores scores)
    {
        var low = scores.Probes.Min(probe => probe.Mean - (4 * probe.Deviation));
        // Beyond this the tail has no score in a hundred galleries of the largest size; it ends or falls off before.
        var high = scores.Probes.Max(probe => probe.Mean + ((scores.Limit + 12) * probe.Deviation));
        return [.. Enumerable.Range(0, Steps + 1).Select(step => low + (step * (high - low) / Steps))];
    }

    private static double[][] Thresholds(double[][] found, double[] grid, double[] rates) => [.. found.Select(row =>
    {
        // Rising along the grid; what is beyond the tail's end has no rank.
        var ranks = row.Select(rate => rate >= 1 ? double.NegativeInfinity : rate <= 0 ? double.PositiveInfinity : ThresholdTable.Rank(rate)).ToArray();
        return rates.Select(rate =>
        {
            var rank = ThresholdTable.Rank(rate);
            var above = Array.FindIndex(ranks, one => one >= rank);
            if (above <= 0) return Cosine(above < 0 ? grid[^1] : grid[0]);
            var (from, to) = (ranks[above - 1], ranks[above]);
            return Cosine(double.IsFinite(from) && double.IsFinite(to) ? grid[above - 1] + ((rank - from) / (to - from) * (grid[above] - grid[above - 1])) : grid[above]);
        }).ToArray();
    })];

    /// <summary>As cosines, as they are written down.</summary>
    private static double Cosine(double z) => Math.Round(FisherZ.Back(z), Digits);

    /// <summary>How often each of so many people counts in a draw: the same people at all resolutions.</summary>
    private static Func<int, int, int[]> Drawn(CalibrationOptions options) => (people, draw) =>
    {
        var (drawn, random) = (new int[people], new Random(unchecked((options.Seed * 1_000_003) + draw)));
        for (var i = 0; i < people; i++) drawn[random.Next(people)]++;
        return drawn;
    };
}
