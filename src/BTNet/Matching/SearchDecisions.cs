using BTNet.Embeddings;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>What a model's calibration makes of what searches in a gallery find; nothing, and why, where it has none that fits.</summary>
public sealed class SearchDecisions
{
    private readonly CalibrationTable? _table;
    private readonly DecisionPolicy _policy;
    private readonly EmbeddingModel _model;
    private readonly int _faces;
    private readonly SortedSet<string> _reasons = new(StringComparer.Ordinal);

    /// <param name="table">The calibration of the model that faces are searched for with, in single precision; null where it has none.</param>
    /// <param name="model">That model.</param>
    /// <param name="policy">How often strangers may be taken for somebody.</param>
    /// <param name="faces">How many faces are searched among. Each counts, also where a person has several: whatever they come to, strangers score no higher than among as many people (docs/gallery.md).</param>
    /// <param name="without">Why there is no calibration, for <see cref="Reasons"/>.</param>
    public SearchDecisions(CalibrationTable? table, EmbeddingModel model, DecisionPolicy policy, long faces, string? without = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(policy);
        (_table, _policy, _model, _faces) = (table, policy, model, (int)Math.Clamp(faces, 1, int.MaxValue));
        if (table is null) _reasons.Add(without ?? "the model is not calibrated, so that nothing says which score tells a stranger from a person: btnet calibrate");
    }

    /// <summary>Why there was no decision for some; empty where there was one for all.</summary>
    public IReadOnlyCollection<string> Reasons => _reasons;

    /// <summary>What a candidate comes to; null where that cannot be said.</summary>
    /// <param name="score">Its score.</param>
    /// <param name="enrolled">The resolution of its face.</param>
    /// <param name="probe">The resolution of the face that is searched for.</param>
    /// <param name="networks">Which networks made its faces, as the gallery says it; null where nobody knows.</param>
    /// <param name="enrolledBy">The fingerprint of the model that made its face; looked at where <paramref name="networks"/> is null.</param>
    public Decision? Of(double score, Resolution enrolled, Resolution probe, string? networks, string? enrolledBy)
    {
        if (_table is null) return null;
        if (networks is not null ? networks != _model.Networks : enrolledBy is not null && enrolledBy != _model.Fingerprint)
        {
            _reasons.Add($"enrolled faces were made by other networks (model {Short(enrolledBy)}): scores are not calibrated for these beside the model's own; enrol these people anew, in a new gallery or once they are removed from this one, or search with the other model");
            return null;
        }

        try
        {
            return _policy.Decide(_table[enrolled, probe], score, _faces);
        }
        catch (InputException fault)
        {
            _reasons.Add(fault.Message);
            return null;
        }
    }

    private static string Short(string? fingerprint) => fingerprint is null ? "unknown" : $"{fingerprint[..Math.Min(12, fingerprint.Length)]}{(fingerprint.EndsWith("-int8", StringComparison.Ordinal) ? ", in 8-bit integers" : "")}";
}
