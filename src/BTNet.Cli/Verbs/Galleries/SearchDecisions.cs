using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Inference;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>What a model's calibration makes of the candidates of searches; nothing, and why, where it has none that fits.</summary>
internal sealed class SearchDecisions
{
    private readonly CalibrationTable? _table;
    private readonly DecisionPolicy _policy;
    private readonly EmbeddingModel _model;
    private readonly int _faces;
    private readonly SortedSet<string> _reasons = new(StringComparer.Ordinal);

    /// <param name="embedder">The model.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="policy">How often strangers may be taken for somebody.</param>
    /// <param name="faces">How many are searched among. Each counts, also where a person has several: whatever they come to, strangers score no higher than among as many people (docs/gallery.md).</param>
    public SearchDecisions(FaceEmbedder embedder, FaceEmbedderOptions options, DecisionPolicy policy, long faces)
    {
        (_policy, _model, _faces) = (policy, embedder.Model, (int)Math.Clamp(faces, 1, int.MaxValue));
        (_table, var reason) = PackageCalibration.Of(embedder.Package, options.Int8);
        if (reason is not null) _reasons.Add(reason);
    }

    /// <summary>Why there is no decision for some; empty where there is one for all.</summary>
    public IReadOnlyCollection<string> Reasons => _reasons;

    /// <summary>What a candidate comes to; null where that cannot be said.</summary>
    public Decision? Of(Candidate candidate, Resolution probe)
    {
        if (_table is null) return null;
        if (candidate.Networks is { } networks ? networks != _model.Networks : candidate.Model is { } made && made != _model.Fingerprint)
        {
            _reasons.Add($"enrolled faces were made by other networks (model {Short(candidate.Model)}): scores are not calibrated for these beside the model's own; enrol the pictures anew with it, or search with the other");
            return null;
        }

        try
        {
            return _policy.Decide(_table[candidate.Resolution, probe], candidate.Score, _faces);
        }
        catch (InputException fault)
        {
            _reasons.Add(fault.Message);
            return null;
        }
    }

    private static string Short(string? fingerprint) => fingerprint is null ? "unknown" : $"{fingerprint[..Math.Min(12, fingerprint.Length)]}{(fingerprint.EndsWith("-int8", StringComparison.Ordinal) ? ", in 8-bit integers" : "")}";
}
