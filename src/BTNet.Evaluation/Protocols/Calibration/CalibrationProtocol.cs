using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>Calibrates the scores of a network: every image is seen at every resolution, and compared with those of all other people.</summary>
public static class CalibrationProtocol
{
    private const int AlikeNamed = 5;

    /// <summary>Calibrates.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="networks">What tells it from others, as a model package says it.</param>
    /// <param name="set">The faces.</param>
    /// <param name="plan">What and how; null for the defaults.</param>
    /// <param name="progress">Told of faces embedded, of resolutions compared and calibrated, and of splits and trials checked.</param>
    /// <param name="skipped">Told of each broken image, which is left out.</param>
    /// <param name="cancellation">Ends the work between two batches or draws.</param>
    /// <exception cref="InputException">The plan asks for what the network lacks, there are too few people, or more images are broken than is borne.</exception>
    public static CalibrationReport Run(
        IEmbedder embedder, string networks, CalibrationSet set, CalibrationPlan? plan = null, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(set);
        plan ??= new CalibrationPlan();
        var sides = plan.Sides(embedder.Resolutions);
        var few = set.Few(plan.Calibration.MostImages);
        // Before faces are embedded, which takes a while.
        var (known, smallest) = (set.People.Distinct().Count(), plan.CheckSplits + plan.IntervalTrials > 0 ? Math.Min(plan.CheckShare, 1 - plan.CheckShare) : 1);
        if (known * smallest < CohortFaces.LeastPeople)
            throw new InputException($"{set.Name}: {known} people are too few to calibrate with{(smallest < 1 ? " and to check it on parts of them" : "")}; expected at least {Math.Ceiling(CohortFaces.LeastPeople / smallest)}, and some hundreds for rates of 1 in 100 (docs/calibration.md)");
        var details = new FaceDetails(sides, few.Images);
        var embeddings = FaceEmbeddings.Compute(embedder, details.Images, [new ImageList(set.Name, [.. Enumerable.Range(0, details.Images.Count)], Missing: 0)], [.. sides.Select(View)], plan.Seeing, skipped ?? new SkippedItems(), progress, cancellation);
        int[] left = [.. Enumerable.Range(0, few.Images.Count).Where(i => !embeddings.Broken[i])], people = [.. left.Select(i => few.People[i])];
        var seen = sides.ToDictionary(side => side, side => Matrix(embeddings, View(side), left));

        var pairs = PairsOfResolutions.Calibrate(sides, at => StrangerScores.Of(seen[at.Gallery], seen[at.Probe], people, plan.Calibration, cancellation), plan.Calibration, progress, cancellation);
        var checks = plan.CheckSplits > 0 ? CalibrationCheck.Run(seen, people, plan.Calibration, plan.CheckSplits, plan.CheckShare, progress, cancellation) : [];
        var intervals = plan.IntervalTrials > 0 ? IntervalCheck.Run(seen, people, plan.Calibration, plan.IntervalTrials, plan.CheckShare, progress, cancellation) : [];
        var quality = sides.Select(side => QualityOf(side, pairs.First(pair => pair.Resolutions == new MatchedResolutions(sides[0], side)), seen[sides[0]], seen[side], people, details.Least(side, left))).OfType<QualityCalibration>();
        return new CalibrationReport(
            embedder.Description, set.Name, people.Distinct().Count(), left.Length, new CalibrationTable(networks, pairs, [.. quality]), checks, Alike(seen[sides[0]], people, [.. left.Select(i => few.Images[i].Name)], cancellation)) { IntervalTrials = intervals };

        static FaceView View(Resolution side) => FaceView.Of(side, SmallFaceWay.Branch);
    }

    private static EmbeddingMatrix Matrix(FaceEmbeddings embeddings, FaceView view, int[] images)
    {
        var values = new float[images.Length * embeddings.Size];
        for (var i = 0; i < images.Length; i++) embeddings.Of(view, images[i]).CopyTo(values.AsSpan(i * embeddings.Size));
        return new EmbeddingMatrix(images.Length, embeddings.Size, values);
    }

    /// <summary>At 1 false alarm in 100 strangers, in a gallery of 1,000 or of as many as can be told.</summary>
    private static QualityCalibration? QualityOf(Resolution side, ScoreCalibration pair, EmbeddingMatrix gallery, EmbeddingMatrix probes, int[] people, double leastDetail)
    {
        var (rate, size) = (Math.Max(0.01, pair.LeastRate), Math.Min(1000, pair.LargestGallery));
        var threshold = pair.Threshold(rate, size).Value;
        var norms = Enumerable.Range(0, probes.Rows).Select(row => (double)TensorPrimitives.Norm(probes[row])).ToArray();
        var (enrolled, searched) = (gallery.Normalized(), probes.Normalized());
        List<(double, bool, int)> searches = [];
        foreach (var person in Enumerable.Range(0, people.Length).GroupBy(row => people[row]).Select(person => person.ToArray()))
        foreach (var probe in person)
        foreach (var other in person.Where(other => other != probe))
            searches.Add((norms[probe], TensorPrimitives.Dot(searched[probe], enrolled[other]) >= threshold, people[probe]));
        return QualityCalibration.Fit(side, searches, norms, leastDetail, rate, size);
    }

    private static AlikeImages[] Alike(EmbeddingMatrix seen, int[] people, string[] names, CancellationToken cancellation)
    {
        var (units, best, access) = (seen.Normalized(), new PriorityQueue<(int, int), (float, int, int)>(), new Lock());
        Parallel.For(0, units.Rows, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var least = float.NegativeInfinity;
            for (var j = 0; j < i; j++)
            {
                if (people[i] == people[j] || TensorPrimitives.Dot(units[i], units[j]) is var score && score < least) continue;
                lock (access)
                {
                    // Ties go by place, so that the number of threads makes no difference.
                    best.Enqueue((j, i), (score, -j, -i));
                    if (best.Count > AlikeNamed) best.Dequeue();
                    if (best.Count == AlikeNamed && best.TryPeek(out _, out var lowest)) least = lowest.Item1;
                }
            }
        });

        var found = new List<AlikeImages>();
        while (best.TryDequeue(out var pair, out var score)) found.Add(new AlikeImages(names[pair.Item1], names[pair.Item2], score.Item1));
        found.Reverse();
        return [.. found];
    }
}
