using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>
/// Whether the intervals hold that <see cref="CalibratedOpenSet"/> puts around rates: some of the people are calibrated with, half of the others enrolled at the largest resolution, and the rest searched for at every one. Both parts
/// are of one kind, so the rates asked for should lie in 95 of 100 intervals of the rates obtained, or more where so few are searched for that an interval cannot miss on one side. All of them at once do so less often.
/// </summary>
internal static class IntervalCheck
{
    /// <summary>Checks them.</summary>
    /// <param name="seen">Embeddings of the same images at each resolution, a row an image, of any length.</param>
    /// <param name="people">Whose each image is, from 0; the first of each is enrolled or searched for.</param>
    /// <param name="options">How to calibrate.</param>
    /// <param name="trials">How often people are split anew, at least 1.</param>
    /// <param name="share">The share of people that are calibrated with, above 0 and below 1.</param>
    /// <param name="progress">Told of trials.</param>
    /// <param name="cancellation">Ends the work between two draws.</param>
    /// <returns>In the one gallery of each trial, and over all galleries of as many.</returns>
    /// <exception cref="InputException">Either part has too few people.</exception>
    public static IReadOnlyList<IntervalTrials> Run(
        IReadOnlyDictionary<Resolution, EmbeddingMatrix> seen, IReadOnlyList<int> people, CalibrationOptions options, int trials, double share, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        var parts = new PeopleSplits(seen, people, share, options.Seed);
        Resolution[] sides = [.. seen.Keys.OrderDescending()];
        MatchedResolutions[] pairs = [.. sides.SelectMany(gallery => sides.Select(probe => new MatchedResolutions(gallery, probe)))];
        var size = parts.Rest / 2;
        if (size < CohortFaces.LeastPeople / 2) throw new InputException($"{parts.Rest} people to search for are too few to check intervals with; expected at least {CohortFaces.LeastPeople}");
        var (oneGallery, overGalleries) = (new IntervalTally(), new IntervalTally());
        for (var trial = 0; trial < trials; trial++)
        {
            cancellation.ThrowIfCancellationRequested();
            Tell(trial);
            var (ours, others) = parts.Next();
            // The tail's shape is that of all pairs, as in calibrations that are written; galleries are of the largest resolution, whose pairs come first.
            var calibrated = ScoreCalibrator.Calibrate(
                [.. pairs.Select(pair => (pair, StrangerScores.Of(ours.Seen[pair.Gallery], ours.Seen[pair.Probe], ours.People, options, cancellation)))], wanted: sides.Length, options, progress: null, cancellation);
            var faces = sides.ToDictionary(side => side, side => Units(others, side));
            List<TriedRate> one = [], over = [];
            foreach (var pair in calibrated)
            {
                var (gallery, probes) = (faces[pair.Resolutions.Gallery], faces[pair.Resolutions.Probe]);
                double[] asked = [.. CalibratedOpenSet.Asked.Where(rate => rate >= pair.LeastRate)], thresholds = [.. asked.Select(rate => pair.Threshold(rate, size).Value)];
                var nearest = Nearest(gallery, probes, size);
                var everywhere = new EveryGallery(gallery, probes).At(thresholds, size, cancellation);
                for (var i = 0; i < asked.Length; i++)
                {
                    var (threshold, stated) = (thresholds[i], pair.Probability(thresholds[i], size));
                    one.Add(new TriedRate(pair.Resolutions, asked[i], stated, FixedThreshold.ByPerson([.. nearest.Select((best, person) => (best.Score >= threshold, person, (int?)best.Person))])));
                    over.Add(new TriedRate(pair.Resolutions, asked[i], stated, everywhere[i].Strangers));
                }
            }

            oneGallery.Add(one);
            overGalleries.Add(over);
        }

        Tell(trials);
        return [oneGallery.Result(parts.Chosen, size, parts.Rest - size), overGalleries.Result(parts.Chosen, size, searched: null)];

        void Tell(int done) => progress?.Report(new WorkProgress("checking intervals", done, trials, "trials"));
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
}
