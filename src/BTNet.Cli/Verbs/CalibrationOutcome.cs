using System.Globalization;
using System.Text.Json;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.Calibration;
using BTNet.Matching;
using BTNet.Models;

namespace BTNet.Cli.Verbs;

/// <summary>What <c>btnet calibrate</c> prints.</summary>
internal static class CalibrationOutcome
{
    private static readonly double[] Rates = [0.1, 0.01, 0.001];
    private static readonly int[] Sizes = [100, 1000, 10_000];

    /// <summary>For programs.</summary>
    public static object Of(string folder, ModelPackage package, CalibrationReport report) => new
    {
        Package = folder, package.Fingerprint, package.Networks, report.Set, report.People, report.Images,
        Pairs = report.Table.Pairs.Select(pair => new
        {
            Gallery = pair.Resolutions.Gallery.Side, Probe = pair.Resolutions.Probe.Side, pair.People, pair.LeastRate, pair.LargestGallery,
            Thresholds = Sizes.SelectMany(size => Rates.Select(rate => At(pair, rate, size) switch
            {
                (CalibratedThreshold threshold, _) => (object)new { GallerySize = size, Fpir = rate, Threshold = threshold.Value, threshold.Low, threshold.High, threshold.Caveat },
                var (_, refused) => new { GallerySize = size, Fpir = rate, Refused = refused }
            })),
            MatePeople = pair.Mates?.People, MateMedian = pair.Mates?.Quantiles[pair.Mates.Quantiles.Count / 2]
        }),
        report.Table.Quality,
        Checks = report.Checks.Select(check => new { Gallery = check.Resolutions.Gallery.Side, Probe = check.Resolutions.Probe.Side, Way = JsonNamingPolicy.CamelCase.ConvertName($"{check.Way}"), check.GallerySize, check.Asked, check.Obtained, check.Deviation, check.Error }),
        IntervalTrials = report.IntervalTrials.Select(one => new
        {
            IsOverGalleries = one.Searched is null, one.Trials, one.Calibrated, one.Enrolled, one.Searched, one.AllSingly, one.AllTogether,
            Rates = one.Rates.Select(rate => new { Gallery = rate.Resolutions.Gallery.Side, Probe = rate.Resolutions.Probe.Side, rate.Asked, rate.Obtained, rate.Held, rate.TooMany, rate.HeldBySearches })
        }),
        report.Alike
    };

    /// <summary>For people.</summary>
    public static void Tell(Terminal terminal, CalibrationReport report)
    {
        var refusals = new HashSet<string>(StringComparer.Ordinal);
        var byTail = false;
        var rows = report.Table.Pairs.SelectMany(pair => Sizes.Select(IReadOnlyList<string> (size) =>
            [pair.Resolutions.ToString(), size.ToString("N0", CultureInfo.InvariantCulture), pair.People.ToString(CultureInfo.InvariantCulture), .. Rates.SelectMany(rate => Cells(pair, rate, size))])).ToList();
        terminal.Result(
            $"{report.Set}: from which score on strangers are returned in 10, 1 and 0.1 % of searches", ["gallery x probe", "enrolled", "people", .. Rates.SelectMany(rate => new[] { $"FPIR {100 * rate:0.#} %", "95 %" })], rows,
            [
                $"{report.People} people, {report.Images} images of them, {(report.Table.Pairs.All(pair => pair.IsByProbe) ? "every image compared with those of all others" : "compared as the pairs say, each search taken for so many independent comparisons")}. {report.Embedder}. Intervals are bootstrapped over people.",
                .. byTail ? (string[])["*: the sample has too few cases, or too few people for such a gallery; this rests on the shape of the scores' tail."] : [], .. refusals.Take(1)
            ]);
        if (report.Checks.Count > 0) Tell(terminal, report.Checks);
        foreach (var trials in report.IntervalTrials) Tell(terminal, trials);
        terminal.Say("most alike of different people (where two are one person, thresholds are too high):");
        foreach (var alike in report.Alike) terminal.Say(string.Create(CultureInfo.InvariantCulture, $"  {alike.Score:0.000}  {alike.First}  {alike.Second}"));

        IEnumerable<string> Cells(ScoreCalibration pair, double rate, int size)
        {
            var (found, refused) = At(pair, rate, size);
            if (found is not { } threshold)
            {
                refusals.Add(refused!);
                return ["-", "-"];
            }

            byTail |= threshold.Caveat is not null;
            return [$"{Score(threshold.Value)}{(threshold.Caveat is null ? "" : "*")}", $"{Score(threshold.Low)} to {Score(threshold.High)}"];
        }
    }

    private static void Tell(Terminal terminal, IReadOnlyList<CheckedRate> checks)
    {
        var pairs = checks.Select(check => check.Resolutions).Distinct().Count();
        var byPair = checks.GroupBy(check => (Name: check.Resolutions.ToString(), check.Way)).ToList();
        var rows = byPair.Select(group => Row(group.Key.Name, group.Key.Way, [.. group.Select(check => (check.Obtained, check.Deviation, check.Error))]));
        // Of a deviation or an error the mean square over pairs, as of all their splits together.
        var together = checks.GroupBy(check => check.Way).Select(way => Row(
            $"all {pairs}", way.Key, [.. way.GroupBy(check => check.Asked).Select(rate => (rate.Average(check => check.Obtained), Root(rate, check => check.Deviation), Root(rate, check => check.Error)))]));
        terminal.Result(
            $"Some of the people calibrated with, the others searched for in galleries of {checks[0].GallerySize} of them: FPIR % obtained, its mean and standard deviation over splits, and how far it is from what was asked",
            ["gallery x probe", "way", .. checks.Select(check => check.Asked).Distinct().SelectMany(asked => new[] { $"{100 * asked:0.#} % asked", "sd", "off by" })],
            [.. rows, .. pairs > 1 ? together : []],
            [
                "As written is what stands in the package; own tail takes the shape of the tail from each pair of resolutions alone, independent takes the N comparisons of a search for N searches: both are here to compare with.",
                "sd and off by are root mean squares over splits, in points."
            ]);

        static double Root(IEnumerable<CheckedRate> checks, Func<CheckedRate, double> of) => Math.Sqrt(checks.Average(check => of(check) * of(check)));

        static IReadOnlyList<string> Row(string pair, CheckedWay way, (double Obtained, double Deviation, double Error)[] rates) =>
            [pair, Way(way), .. rates.SelectMany(rate => new[] { Percent(rate.Obtained), Percent(rate.Deviation), Percent(rate.Error) })];
    }

    private static void Tell(Terminal terminal, IntervalTrials trials)
    {
        terminal.Result(
            $"{trials.Trials} trials, {trials.Calibrated} of the people calibrated with and {trials.Enrolled} others enrolled, {(trials.Searched is { } searched ? $"{searched} more searched for" : "over all galleries of so many")}: in how many % of them the 95 % interval of the FPIR obtained holds the one asked for",
            ["gallery x probe", "FPIR % asked", "FPIR % obtained", "holds", "too many", "holds by searches alone"],
            [.. trials.Rates.Select(IReadOnlyList<string> (rate) => [rate.Resolutions.ToString(), Percent(rate.Asked), Percent(rate.Obtained), Tenth(rate.Held), Tenth(rate.TooMany), Tenth(rate.HeldBySearches)])],
            [
                $"It holds in {Tenth(trials.Rates.Average(rate => rate.Held))} % in the mean; in {Tenth(trials.Rates.Average(rate => rate.TooMany))} % it lies wholly above the rate asked for: too many strangers. By the people searched for alone, as if the calibration were no sample, it holds in {Tenth(trials.Rates.Average(rate => rate.HeldBySearches))} %.",
                $"All {trials.Rates.Count} hold at once in {Tenth(trials.AllSingly)} % of trials, and in {Tenth(trials.AllTogether)} % within intervals so wide that with 95 % all of them hold.",
                .. trials.Searched is null ? (string[])[] : ["Where not one false alarm in so few searches would still allow the rate asked for, an interval can miss on one side only, and a right one holds in 97.5 %."]
            ]);

        static string Tenth(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture);
    }

    private static string Way(CheckedWay way) => way switch { CheckedWay.AsCalibrated => "as written", CheckedWay.OwnTail => "own tail", _ => "independent" };

    private static string Percent(double rate) => (100 * rate).ToString("0.00", CultureInfo.InvariantCulture);

    private static (CalibratedThreshold? Threshold, string? Refused) At(ScoreCalibration pair, double rate, int size)
    {
        try
        {
            return (pair.Threshold(rate, size), null);
        }
        catch (InputException fault)
        {
            return (null, fault.Message);
        }
    }

    private static string Score(double score) => score.ToString("0.000", CultureInfo.InvariantCulture);
}
