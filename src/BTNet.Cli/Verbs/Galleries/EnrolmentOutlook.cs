using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Inference;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>What enrolments will be worth: how many people have a best face of which resolution, and what that means for who is searched for with a face of the largest one.</summary>
internal sealed class EnrolmentOutlook
{
    private readonly DecisionPolicy _policy;
    private readonly long _faces;

    private EnrolmentOutlook(DecisionPolicy policy, long faces) => (_policy, _faces) = (policy, faces);

    /// <summary>For each resolution, the largest first, how many people, how many of whom have no face that is worth its size, and the advice; null where the calibration cannot tell.</summary>
    public IReadOnlyList<(Resolution Resolution, int People, int Blurred, EnrolmentAdvice? Advice)> Rows { get; private init; } = [];

    /// <summary>Why there is no advice for some; empty where there is for all.</summary>
    public IReadOnlyCollection<string> Reasons { get; private init; } = [];

    /// <summary>Of people who were enrolled.</summary>
    /// <param name="people">The best of their faces.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="calibration">Its calibration, or why there is none.</param>
    /// <param name="policy">How often strangers may be taken for somebody.</param>
    /// <param name="faces">How many are in the gallery.</param>
    public static EnrolmentOutlook Of(IEnumerable<PersonFaces> people, FaceEmbedder embedder, (CalibrationTable? Table, string? Reason) calibration, DecisionPolicy policy, long faces)
    {
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        if (calibration.Reason is { } none) reasons.Add(none);
        return new EnrolmentOutlook(policy, faces)
        {
            Rows = [.. people.GroupBy(one => one.Best).OrderByDescending(own => own.Key).Select(own => (own.Key, own.Count(), own.Count(one => one.Seen < one.Best), Advice(own.Key)))], Reasons = reasons
        };

        EnrolmentAdvice? Advice(Resolution enrolled)
        {
            if (calibration.Table is null) return null;
            try
            {
                return EnrolmentAdvice.For(calibration.Table, enrolled, embedder.Resolutions[0], policy, (int)Math.Clamp(faces, 1, int.MaxValue));
            }
            catch (InputException fault)
            {
                reasons.Add(fault.Message);
                return null;
            }
        }
    }

    /// <summary>For programs.</summary>
    public object ForJson() => new
    {
        _policy.FalseAlarms, Faces = _faces, Undecided = Reasons,
        BestFaces = Rows.Select(row => new { row.Resolution, row.People, row.Blurred, Probe = row.Advice?.Probe, MatchFrom = row.Advice?.Match, row.Advice?.UnsureFrom, row.Advice?.Found, row.Advice?.FoundAtBest })
    };

    /// <summary>For people.</summary>
    public void Tell(Terminal terminal)
    {
        if (Rows.Count == 0) return;
        if (Rows.All(row => row.Advice is null))
        {
            terminal.Say($"What these enrolments will be worth cannot be said: {string.Join("; ", Reasons)}");
            return;
        }

        List<string> notes = [$"For faces of {Rows.First(row => row.Advice is not null).Advice!.Probe} px that are searched for among {_faces.ToString("N0", CultureInfo.InvariantCulture)} faces: {_policy}. Below the score of a match it is unsure, and below that nobody is found."];
        foreach (var row in Rows)
        {
            if (row.Advice is { } advice && row.Resolution < advice.Probe) notes.Add($"{Count(row.People)} of {row.Resolution} px: {advice}.");
            if (row.Blurred > 0) notes.Add($"{Count(row.Blurred)} of {row.Resolution} px have no more detail than smaller faces have: enlarged or blurred. They will do worse than that.");
        }

        notes.AddRange(Reasons.Select(reason => $"No advice where {reason}."));
        terminal.Result("What these enrolments will be worth", ["best face, px", "people", "match from", "unsure from", "found, %", "were it sharper, %"], [.. Rows.Select(IReadOnlyList<string> (row) =>
        [
            $"{row.Resolution}", Count(row.People), Score(row.Advice?.Match), Score(row.Advice?.UnsureFrom), Percent(row.Advice?.Found), Percent(row.Advice?.FoundAtBest)
        ])], notes);
    }

    private static string Count(int people) => people.ToString("N0", CultureInfo.InvariantCulture);

    private static string Score(double? score) => score?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";

    private static string Percent(double? share) => share is { } known ? (100 * known).ToString("0", CultureInfo.InvariantCulture) : "-";
}
