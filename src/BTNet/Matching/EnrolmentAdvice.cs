using System.Globalization;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>What enrolling a face of a resolution will be worth.</summary>
/// <param name="Enrolled">The resolution of the enrolled face.</param>
/// <param name="Probe">The resolution of faces that are searched for.</param>
/// <param name="Match">From which score on there is a match.</param>
/// <param name="UnsureFrom">From which score on there is a doubt.</param>
/// <param name="Found">The share of the person's faces that will be matches; null where it was not measured.</param>
/// <param name="FoundAtBest">Likewise, were the person enrolled at the largest resolution; null where it is, or that was not measured.</param>
public sealed record EnrolmentAdvice(Resolution Enrolled, Resolution Probe, double Match, double UnsureFrom, double? Found, double? FoundAtBest)
{
    /// <summary>Advice on an enrolment.</summary>
    /// <param name="table">The model's calibration.</param>
    /// <param name="enrolled">The resolution of the enrolled face.</param>
    /// <param name="probe">The resolution of faces that will be searched for.</param>
    /// <param name="policy">How often strangers may be taken for somebody.</param>
    /// <param name="gallerySize">How many people are enrolled, at least 1.</param>
    /// <exception cref="InputException">The resolutions were not calibrated, or with too few people for the policy or the gallery.</exception>
    public static EnrolmentAdvice For(CalibrationTable table, Resolution enrolled, Resolution probe, DecisionPolicy policy, int gallerySize)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(policy);
        var pair = table[enrolled, probe];
        var decision = policy.Decide(pair, 0, gallerySize);
        var best = table.Pairs.Where(one => one.Resolutions.Probe == probe && one.Resolutions.Gallery > enrolled && one.Mates is not null).MaxBy(one => one.Resolutions.Gallery);
        return new EnrolmentAdvice(
            enrolled, probe, decision.Threshold.Value, decision.UnsureFrom, pair.Mates?.ShareAbove(decision.Threshold.Value), best?.Mates!.ShareAbove(policy.Decide(best, 0, gallerySize).Threshold.Value));
    }

    /// <summary>The advice in sentences.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"this enrolment is {Enrolled} px: with faces of {Probe} px, matches below {Match:0.00} will be unsure, and below {UnsureFrom:0.00} nobody is found");
        if (Found is not { } found) return text;
        text += string.Create(CultureInfo.InvariantCulture, $"; about {100 * found:0} % of this person's faces will be matches");
        return FoundAtBest is { } best && best > found + 0.01 ? text + string.Create(CultureInfo.InvariantCulture, $", {100 * best:0} % were it enrolled sharper") : text;
    }
}
