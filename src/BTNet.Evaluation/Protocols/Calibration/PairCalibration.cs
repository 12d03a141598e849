using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>
/// Calibrates the scores of a network on labelled pairs, as a verification list has them: the first image of each as enrolled, the second as searched for. Which scores are of one probe nobody knows there
/// (<see cref="StrangerScores.OfPairs"/>); where faces can be sorted by person, <see cref="CalibrationProtocol"/> says more.
/// </summary>
public static class PairCalibration
{
    private const int AlikeNamed = 5;

    /// <summary>Calibrates.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="networks">What tells it from others, as a model package says it.</param>
    /// <param name="set">The pairs. Images below one folder are of one person, as are those of pairs of one person.</param>
    /// <param name="plan">What and how; null for the defaults. Nothing can be checked on pairs, and how useful faces are is not measured.</param>
    /// <param name="progress">Told of faces embedded, and of resolutions compared and calibrated.</param>
    /// <param name="skipped">Told of each broken image, whose pairs are left out.</param>
    /// <param name="cancellation">Ends the work between two batches or draws.</param>
    /// <exception cref="InputException">The plan asks for what the network or pairs lack, too few pairs are of different people, labels contradict each other, or more images are broken than is borne.</exception>
    public static CalibrationReport Run(
        IEmbedder embedder, string networks, PairSet set, CalibrationPlan? plan = null, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(set);
        plan ??= new CalibrationPlan();
        var sides = plan.Sides(embedder.Resolutions);
        if (plan.CheckSplits > 0 || plan.IntervalTrials > 0) throw new InputException($"{set.Name}: a calibration on pairs cannot be checked on parts of its people, as it does not know the scores of each with all others; leave the check away, or calibrate with a folder for each person");
        var people = PeopleOf(set);
        var embeddings = FaceEmbeddings.Compute(embedder, set.Images, [set.ImageList()], [.. sides.Select(View)], plan.Seeing, skipped ?? new SkippedItems(), progress, cancellation);
        var left = set.Whole(image => embeddings.Broken[image]).Select(pair => set.Pairs[pair]).ToList();

        var pairs = PairsOfResolutions.Calibrate(
            sides, at => StrangerScores.OfPairs(left.ConvertAll(pair => new LabelledScore(people[pair.First], people[pair.Second], Score(pair, at)))), plan.Calibration, progress, cancellation);
        var images = left.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().ToList();
        return new CalibrationReport(
            embedder.Description, set.Name, images.DistinctBy(image => people[image]).Count(), images.Count, new CalibrationTable(networks, pairs), [],
            [.. left.Where(pair => !pair.Same).Select(pair => new AlikeImages(set.Images[pair.First].Name, set.Images[pair.Second].Name, Score(pair, new MatchedResolutions(sides[0], sides[0])))).OrderByDescending(alike => alike.Score).Take(AlikeNamed)]);

        double Score(FacePair pair, MatchedResolutions resolutions) => UnitVectors.Cosine(embeddings.Of(View(resolutions.Gallery), pair.First), embeddings.Of(View(resolutions.Probe), pair.Second));

        static FaceView View(Resolution side) => FaceView.Of(side, SmallFaceWay.Branch);
    }

    /// <summary>Whose each image is: everybody counts once, in how many pairs and images ever.</summary>
    /// <exception cref="InputException">A pair is said to be of two people, and is of one.</exception>
    private static string[] PeopleOf(PairSet set)
    {
        var first = new int[set.Images.Count];
        Dictionary<string, int> folders = new(StringComparer.Ordinal);
        for (var image = 0; image < first.Length; image++) first[image] = Path.GetDirectoryName(set.Images[image].Name) is { Length: > 0 } folder ? folders.TryGetValue(folder, out var known) ? known : folders[folder] = image : image;
        int Root(int image)
        {
            while (first[image] != image) image = first[image] = first[first[image]];
            return image;
        }

        foreach (var pair in set.Pairs.Where(pair => pair.Same)) first[Root(pair.First)] = Root(pair.Second);
        foreach (var pair in set.Pairs.Where(pair => !pair.Same && Root(pair.First) == Root(pair.Second)))
            throw new InputException($"{set.Name}: {set.Images[pair.First].Name} and {set.Images[pair.Second].Name} are said to be two people, and are one by their folder or by other pairs; expected 1 for one person, 0 for two, and no folder with several people");
        return [.. Enumerable.Range(0, first.Length).Select(image => set.Images[Root(image)].Name)];
    }
}
