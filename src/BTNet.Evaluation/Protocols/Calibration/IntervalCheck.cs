using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>
/// Whether the intervals hold that <see cref="CalibratedOpenSet"/> puts around rates: some of the people are calibrated with, half of the others enrolled at the largest resolution, and the rest searched for at every one. Both parts
/// are of one kind, so the rates asked for should lie in 95 of 100 intervals of the rates obtained. How often all of them do at once is less.
/// </summary>
internal static class IntervalCheck
{
    /// <summary>Checks them.</summary>
    /// <param name="seen">Embeddings of the same images at each resolution, a row an image, of any length.</param>
    /// <param name="people">Whose each image is, from 0; the first of each is enrolled or searched for.</param>
    /// <param name="options">How to calibrate.</param>
    /// <param name="splits">How often people are split anew, at least 1.</param>
    /// <param name="share">The share of people that are calibrated with, above 0 and below 1.</param>
    /// <param name="progress">Told of splits.</param>
    /// <param name="cancellation">Ends the work between two draws.</param>
    /// <returns>In the one gallery of each split, and over all galleries of as many.</returns>
    /// <exception cref="InputException">Either part has too few people.</exception>
    public static IReadOnlyList<CheckedIntervals> Run(
        IReadOnlyDictionary<Resolution, EmbeddingMatrix> seen, IReadOnlyList<int> people, CalibrationOptions options, int splits, double share, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        var parts = new PeopleSplits(seen, people, share, options.Seed);
        Resolution[] sides = [.. seen.Keys.OrderDescending()];
        MatchedResolutions[] pairs = [.. sides.SelectMany(gallery => sides.Select(probe => new MatchedResolutions(gallery, probe)))];
        var (size, searched) = (parts.Rest / 2, pairs[..sides.Length]);
        if (size < CohortFaces.LeastPeople / 2) throw new InputException($"{parts.Rest} people to search for are too few to check intervals with; expected at least {CohortFaces.LeastPeople}");
        var (oneGallery, overGalleries) = (new Tally(), new Tally());
        for (var split = 0; split < splits; split++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new WorkProgress("checking intervals", split, splits, "splits"));
            var (ours, others) = parts.Next();
            var table = ScoreCalibrator.Calibrate([.. pairs.Select(pair => (pair, StrangerScores.Of(ours.Seen[pair.Gallery], ours.Seen[pair.Probe], ours.People, options, cancellation)))], options, cancellation: cancellation);
            List<Obtained> one = [], over = [];
            foreach (var pair in table.Take(searched.Length))
            {
                var (gallery, probes) = (Units(others, pair.Resolutions.Gallery), Units(others, pair.Resolutions.Probe));
                double[] asked = [.. CalibratedOpenSet.Asked.Where(rate => rate >= pair.LeastRate)], thresholds = [.. asked.Select(rate => pair.Threshold(rate, size).Value)];
                var nearest = Nearest(gallery, probes, size);
                var everywhere = new EveryGallery(gallery, probes).At(thresholds, size, cancellation);
                for (var i = 0; i < asked.Length; i++)
                {
                    var stated = pair.Probability(thresholds[i], size);
                    one.Add(new Obtained(pair.Resolutions, asked[i], stated, FixedThreshold.ByPerson([.. nearest.Select((best, person) => (best.Score >= thresholds[i], person, (int?)best.Person))])));
                    over.Add(new Obtained(pair.Resolutions, asked[i], stated, everywhere[i].Strangers));
                }
            }

            oneGallery.Add(one);
            overGalleries.Add(over);
        }

        progress?.Report(new WorkProgress("checking intervals", splits, splits, "splits"));
        return [oneGallery.Told(OverGalleries: false, parts, size), overGalleries.Told(OverGalleries: true, parts, size)];
    }

    /// <summary>Of each person the first image, at length 1, in the order that they were drawn in.</summary>
    private static float[][] Units(PeoplePart part, Resolution side)
    {
        var rows = part.People.Index().DistinctBy(row => row.Item).ToDictionary(row => row.Item, row => row.Index);
        var units = part.Seen[side].Normalized();
        return [.. part.Order.Select(person => units[rows[person]].ToArray())];
    }

    /// <summary>Whom each stranger comes nearest to where the first so many people are enrolled.</summary>
    private static (double Score, int Person)[] Nearest(float[][] gallery, float[][] probes, int size) =>
        [.. probes.Skip(size).Select(probe => Enumerable.Range(0, size).Select(person => ((double)TensorPrimitives.Dot<float>(probe, gallery[person]), person)).MaxBy(one => one.Item1))];

    private sealed record Obtained(MatchedResolutions Resolutions, double Asked, StrangerProbability Stated, ObtainedRate Strangers)
    {
        public ConfidenceInterval Interval(int among) => CalibratedRate.WithCalibration(Strangers, Asked, Stated, among);

        public bool Holds(int among) => Interval(among).Contains(Asked);
    }

    /// <summary>What came of splits.</summary>
    private sealed class Tally
    {
        private readonly List<IReadOnlyList<Obtained>> _splits = [];

        public void Add(IReadOnlyList<Obtained> rates) => _splits.Add(rates);

        public CheckedIntervals Told(bool OverGalleries, PeopleSplits parts, int size)
        {
            var rates = _splits[0].Count;
            double Share(Func<Obtained, bool> of, int rate) => _splits.Count(split => of(split[rate])) / (double)_splits.Count;
            double All(int among) => _splits.Count(split => split.All(one => one.Holds(among))) / (double)_splits.Count;
            return new CheckedIntervals(OverGalleries, _splits.Count, parts.Chosen, size, parts.Rest - size,
                [.. Enumerable.Range(0, rates).Select(rate => new CheckedInterval(
                    _splits[0][rate].Resolutions, _splits[0][rate].Asked, _splits.Average(split => split[rate].Strangers.Share), Share(one => one.Holds(1), rate), Share(one => one.Asked < one.Interval(1).Low, rate), Share(one => one.Strangers.Interval().Contains(one.Asked), rate)))],
                All(1), All(rates));
        }
    }
}
