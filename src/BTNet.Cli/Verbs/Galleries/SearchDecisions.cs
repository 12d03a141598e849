using BTNet.Gallery;
using BTNet.Inference;
using BTNet.Matching;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>What a model's calibration makes of the candidates of searches; nothing, and why, where it has none that fits.</summary>
internal sealed class SearchDecisions
{
    private readonly CalibrationTable? _table;
    private readonly DecisionPolicy _policy;
    private readonly int _people;
    private readonly SortedSet<string> _reasons = new(StringComparer.Ordinal);

    /// <param name="package">The model.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="policy">How often strangers may be taken for somebody.</param>
    /// <param name="people">How many are searched among.</param>
    public SearchDecisions(ModelPackage package, FaceEmbedderOptions options, DecisionPolicy policy, long people)
    {
        (_policy, _people) = (policy, (int)Math.Clamp(people, 1, int.MaxValue));
        if (package.Manifest.Calibration is not { } json) _reasons.Add("the model is not calibrated, so that nothing says which score tells a stranger from a person: btnet calibrate");
        else if (options.Int8) _reasons.Add("the model is calibrated for its networks in single precision, and --int8 asks for others");
        else _table = CalibrationTable.Parse(json, package.PathOf(ModelPackage.ManifestFile), package.Networks);
    }

    /// <summary>Why there is no decision for some; empty where there is one for all.</summary>
    public IReadOnlyCollection<string> Reasons => _reasons;

    /// <summary>What a candidate comes to; null where that cannot be said.</summary>
    public Decision? Of(Candidate candidate, Resolution probe)
    {
        if (_table is null) return null;
        try
        {
            return _policy.Decide(_table[candidate.Resolution, probe], candidate.Score, _people);
        }
        catch (InputException fault)
        {
            _reasons.Add(fault.Message);
            return null;
        }
    }
}
