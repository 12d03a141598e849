using System.Globalization;

namespace BTNet.Matching;

/// <summary>
/// What scores of strangers are at two resolutions: which score the best of a gallery of N people reaches how often, where the person searched for is none of them. With 95 % intervals over the people
/// that it was measured on.
/// </summary>
public sealed class ScoreCalibration
{
    /// <summary>Below 3 / people a rate stands on the shape of the tail and no longer on cases (the "rule of three" of ISO/IEC 19795-1), and below a tenth of that on nothing.</summary>
    internal const double Rule = 3, LeastOfRule = 0.1;

    /// <summary>Galleries beyond so many times the people are refused.</summary>
    internal const int MostTimes = 100;

    private readonly ThresholdTable _values;
    private readonly ThresholdTable _low;
    private readonly ThresholdTable _high;

    internal ScoreCalibration(MatchedResolutions resolutions, int people, bool byProbe, IReadOnlyList<int> sizes, IReadOnlyList<double> rates, double[][] values, double[][] low, double[][] high, MateScores? mates)
    {
        (Resolutions, People, IsByProbe, Sizes, Rates, Mates) = (resolutions, people, byProbe, sizes, rates, mates);
        (_values, _low, _high) = (new ThresholdTable(sizes, rates, values), new ThresholdTable(sizes, rates, low), new ThresholdTable(sizes, rates, high));
    }

    /// <summary>Of which resolutions.</summary>
    public MatchedResolutions Resolutions { get; }

    /// <summary>How many people it was measured on.</summary>
    public int People { get; }

    /// <summary>Whether it heeds that scores of one probe belong together; of labelled pairs it cannot.</summary>
    public bool IsByProbe { get; }

    /// <summary>What faces score with other images of the same person; null where that was not measured.</summary>
    public MateScores? Mates { get; }

    /// <summary>The least rate that so many people say anything of.</summary>
    public double LeastRate => Rates[^1];

    /// <summary>The largest gallery that they say anything of.</summary>
    public int LargestGallery => Sizes[^1];

    internal IReadOnlyList<int> Sizes { get; }

    internal IReadOnlyList<double> Rates { get; }

    internal (double[][] Values, double[][] Low, double[][] High) Tables => (_values.Values, _low.Values, _high.Values);

    /// <summary>The score that strangers reach so rarely.</summary>
    /// <param name="rate">False positive identification rate: of searches with strangers, how many may return anybody; above 0, below 1.</param>
    /// <param name="gallerySize">How many people are enrolled, at least 1. Where they are enrolled at several resolutions, all of them: then the rates of the parts add up to the one asked for.</param>
    /// <exception cref="InputException">The people are too few for such a rate or such a gallery; the message says how many it takes.</exception>
    public CalibratedThreshold Threshold(double rate, int gallerySize)
    {
        if (!(rate is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rate), rate, "expected above 0 and below 1");
        RequireSize(gallerySize);
        if (rate < LeastRate * (1 - 1e-9))
        {
            throw new InputException(
                $"{OneIn(rate)} at {Resolutions} is more than {People} people can tell; they tell 1 in {Number(1 / LeastRate)} at best. Calibrate with {Number(Math.Ceiling((Rule * LeastOfRule / rate) - 1e-9))} or more, {Number(Math.Ceiling((Rule / rate) - 1e-9))} for a rate that stands on cases, or ask for a greater rate");
        }

        rate = Math.Min(Math.Max(rate, LeastRate), Rates[0]);
        return new CalibratedThreshold(_values.At(gallerySize, rate), _low.At(gallerySize, rate), _high.At(gallerySize, rate), Caveat(rate, gallerySize));
    }

    /// <summary>How probable it is that a search with a stranger returns somebody at such a score or a higher one.</summary>
    /// <param name="score">A cosine.</param>
    /// <param name="gallerySize">As for <see cref="Threshold"/>.</param>
    /// <exception cref="InputException">The people are too few for such a gallery.</exception>
    public StrangerProbability Probability(double score, int gallerySize)
    {
        if (double.IsNaN(score)) throw new ArgumentOutOfRangeException(nameof(score), score, "expected a cosine");
        RequireSize(gallerySize);
        var value = _values.RateAt(gallerySize, score);
        return new StrangerProbability(value ?? LeastRate, _low.RateAt(gallerySize, score) ?? 0, _high.RateAt(gallerySize, score) ?? LeastRate, value is null);
    }

    private string? Caveat(double rate, int size)
    {
        List<string> reasons = [];
        if (rate < Rule / People * (1 - 1e-9)) reasons.Add($"{OneIn(rate)} of {Number(People)} people is less than {Rule} cases");
        if (size >= People) reasons.Add($"a gallery of {Number(size)} is larger than the {Number(People)} people");
        if (!IsByProbe) reasons.Add("pairs do not tell how much probes differ");
        return reasons.Count == 0 ? null : $"{string.Join(", and ", reasons)}: this rests on the shape of the tail";
    }

    private void RequireSize(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, "gallerySize");
        if (size > LargestGallery)
            throw new InputException($"a gallery of {Number(size)} at {Resolutions} is more than {Number(People)} people can tell; they tell {Number(LargestGallery)} at most. Calibrate with {Number(Math.Ceiling(size / (double)MostTimes))} or more");
    }

    internal static string OneIn(double rate) => $"1 in {Number(1 / rate)}";

    private static string Number(double value) => value.ToString(value < 10 ? "0.#" : "N0", CultureInfo.InvariantCulture);
}

/// <summary>A score that strangers reach so rarely.</summary>
/// <param name="Value">Scores at or above it are taken for matches.</param>
/// <param name="Low">The lower end of its 95 % interval over people.</param>
/// <param name="High">The upper end: who must be sure of the rate takes this.</param>
/// <param name="Caveat">Why it rests on the shape of the tail and not on cases; null where it rests on these.</param>
public readonly record struct CalibratedThreshold(double Value, double Low, double High, string? Caveat);

/// <summary>How probable it is that a stranger scores so.</summary>
/// <param name="Value">0 to 1.</param>
/// <param name="Low">The lower end of its 95 % interval over people; 0 where they cannot tell.</param>
/// <param name="High">The upper end.</param>
/// <param name="IsAtMost">Whether it is less than <paramref name="Value"/>, and the people are too few to tell by how much.</param>
public readonly record struct StrangerProbability(double Value, double Low, double High, bool IsAtMost);
