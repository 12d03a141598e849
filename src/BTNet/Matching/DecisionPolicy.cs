using System.Globalization;

namespace BTNet.Matching;

/// <summary>How often strangers may be taken for somebody: "at most 1 false alarm in 1,000 strangers".</summary>
public sealed record DecisionPolicy
{
    private readonly double _falseAlarms = 0.001;
    private readonly double _unsureTimes = 10;

    /// <summary>Of searches with strangers, how many may match anybody; above 0, below 1. Default 1 in 1,000.</summary>
    /// <exception cref="InputException">Another number.</exception>
    public double FalseAlarms
    {
        get => _falseAlarms;
        init => _falseAlarms = value is > 0 and < 1 ? value : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{value} false alarms a stranger; expected above 0 and below 1, such as 0.001"));
    }

    /// <summary>Scores that strangers reach so many times as often, and no match, are unsure; 1 for none. Default 10.</summary>
    /// <exception cref="InputException">Less than 1, or no number.</exception>
    public double UnsureTimes
    {
        get => _unsureTimes;
        init => _unsureTimes = value >= 1 && double.IsFinite(value) ? value : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"unsure up to {value} times the false alarms; expected 1 or more"));
    }

    /// <summary>Whether only what is above the upper end of the threshold's interval is a match, so that the rate holds for 97 in 100 choices of people to calibrate with, and what is between is unsure.
    /// Default false: it holds in the mean.</summary>
    public bool IsCautious { get; init; }

    /// <summary>At most 1 false alarm in so many strangers.</summary>
    /// <param name="strangers">Above 1.</param>
    /// <exception cref="InputException">Another number.</exception>
    public static DecisionPolicy OneIn(double strangers) => new() { FalseAlarms = 1 / strangers };

    /// <summary>Reads <c>1/1000</c>, <c>0.1%</c> or <c>0.001</c>.</summary>
    /// <exception cref="InputException">It is none of them.</exception>
    public static DecisionPolicy Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (share, parts) = (text.Trim(), text.Split('/'));
        var rate = parts.Length == 2 ? Number(parts[0]) / Number(parts[1]) : share.EndsWith('%') ? Number(share[..^1]) / 100 : Number(share);
        return rate is > 0 and < 1 ? new DecisionPolicy { FalseAlarms = rate } : throw new InputException($"'{text}' is no rate of false alarms; expected one such as 1/1000, 0.1% or 0.001");

        static double Number(string part) => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }

    /// <summary>What the best score of a search comes to.</summary>
    /// <param name="calibration">Of the resolutions of the face searched for and of the one found.</param>
    /// <param name="score">Their cosine.</param>
    /// <param name="gallerySize">How many people are enrolled, at least 1.</param>
    /// <exception cref="InputException">The people that were calibrated with are too few for such a rate, or such a gallery.</exception>
    public Decision Decide(ScoreCalibration calibration, double score, int gallerySize)
    {
        ArgumentNullException.ThrowIfNull(calibration);
        var threshold = calibration.Threshold(FalseAlarms, gallerySize);
        var match = IsCautious ? threshold.High : threshold.Value;
        // Where ten times as often is nearly always, a score tells nothing of who it is.
        var unsure = Math.Min(calibration.Threshold(Math.Clamp(UnsureTimes * FalseAlarms, FalseAlarms, Math.Max(FalseAlarms, 0.9)), gallerySize).Value, threshold.Value);
        var verdict = score >= match ? Verdict.Match : score >= unsure ? Verdict.Unsure : Verdict.Unknown;
        return new Decision(verdict, score, calibration.Probability(score, gallerySize), threshold with { Value = match }, unsure);
    }

    /// <summary>The policy as its user states it.</summary>
    public override string ToString() => $"at most 1 false alarm in {(1 / FalseAlarms).ToString("#,0.##", CultureInfo.InvariantCulture)} strangers";
}
