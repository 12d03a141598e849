using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>Calibrates scores at every two of some resolutions.</summary>
internal static class PairsOfResolutions
{
    /// <param name="sides">The resolutions.</param>
    /// <param name="scores">What strangers score at two of them.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told of pairs compared, then of pairs calibrated.</param>
    /// <param name="cancellation">Ends the work between two draws.</param>
    public static IReadOnlyList<ScoreCalibration> Calibrate(
        IReadOnlyList<Resolution> sides, Func<MatchedResolutions, StrangerScores> scores, CalibrationOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        MatchedResolutions[] pairs = [.. sides.SelectMany(gallery => sides.Select(probe => new MatchedResolutions(gallery, probe)))];
        List<(MatchedResolutions, StrangerScores)> found = [];
        foreach (var pair in pairs)
        {
            Tell("comparing strangers", found.Count);
            found.Add((pair, scores(pair)));
        }

        Tell("comparing strangers", pairs.Length);
        Tell("calibrating", 0);
        return ScoreCalibrator.Calibrate(found, options, new Told(done => Tell("calibrating", done)), cancellation);

        void Tell(string stage, int done) => progress?.Report(new WorkProgress(stage, done, pairs.Length, "pairs of resolutions"));
    }

    // Progress<T> would tell later and from elsewhere.
    private sealed class Told(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
