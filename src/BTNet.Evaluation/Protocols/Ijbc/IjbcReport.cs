using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>What searches in one gallery found.</summary>
/// <param name="Gallery">Which: <c>G1</c>.</param>
/// <param name="Subjects">People enrolled.</param>
/// <param name="Identification">The searches: mated ones for enrolled people, unmated ones for all others.</param>
/// <param name="Ranks">At which place enrolled people come.</param>
/// <param name="Tpirs">What is found at each of <see cref="IjbcReport.FalsePositiveRates"/>.</param>
public sealed record IjbcGalleryResult(string Gallery, int Subjects, OpenSetIdentification Identification, ClosedSetRanks Ranks, IReadOnlyList<TpirAtFpir> Tpirs)
{
    /// <summary>A few of the searches that found somebody else: templates as indices into <see cref="IjbcSet.TemplateIds"/>.</summary>
    public IReadOnlyList<SearchMistake> Hardest { get; init; } = [];
}

/// <summary>What came out for one mode.</summary>
/// <param name="Mode">At which resolutions.</param>
/// <param name="Roc">The curve of all pairs.</param>
/// <param name="Tars">True accept rates at each of <see cref="IjbcReport.FalseAcceptRates"/>.</param>
/// <param name="Galleries">One a gallery; none where the set has pairs only.</param>
public sealed record IjbcResult(IjbcMode Mode, RocCurve Roc, IReadOnlyList<TarAtFar> Tars, IReadOnlyList<IjbcGalleryResult> Galleries)
{
    /// <summary>The mean over the galleries of the share of searches that find the person among the first; null where there are none.</summary>
    /// <param name="rank">At least 1.</param>
    public double? MeanAtRank(int rank) => Galleries.Count == 0 ? null : Galleries.Average(gallery => gallery.Ranks.At(rank));

    /// <summary>The mean over the galleries of what is found at one of <see cref="IjbcReport.FalsePositiveRates"/>; null where one of them cannot tell.</summary>
    /// <param name="which">Index of the rate.</param>
    public double? MeanTpir(int which) => Galleries.Count == 0 || Galleries.Any(gallery => gallery.Tpirs[which].Value is null) ? null : Galleries.Average(gallery => gallery.Tpirs[which].Value!.Value);
}

/// <summary>What was left out of a set.</summary>
/// <param name="Images">Images that are missing or broken.</param>
/// <param name="Templates">Templates without any image.</param>
/// <param name="Pairs">Their pairs.</param>
/// <param name="Searches">Searches of or for them.</param>
public sealed record IjbcLeftOut(int Images, int Templates, int Pairs, int Searches);

/// <summary>One network on one set, treating small faces in one way.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="Set">What it was measured on.</param>
/// <param name="Options">How.</param>
/// <param name="Images">Images that templates were made of.</param>
/// <param name="Templates">Templates that have any.</param>
/// <param name="LeftOut">What was not there.</param>
/// <param name="Notices">What the reader should be told, a sentence each.</param>
/// <param name="Results">One a mode, in the order asked for.</param>
public sealed record IjbcReport(
    string Embedder, string Set, IjbcOptions Options, int Images, int Templates, IjbcLeftOut LeftOut, IReadOnlyList<string> Notices, IReadOnlyList<IjbcResult> Results)
{
    /// <summary>The false accept rates of 1:1: 1e-6 to 1e-1.</summary>
    public static IReadOnlyList<double> FalseAcceptRates { get; } = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];

    /// <summary>The false positive identification rates of 1:N: 0.01 and 0.1.</summary>
    public static IReadOnlyList<double> FalsePositiveRates { get; } = [1e-2, 1e-1];

    /// <summary>The places that are reported: 1, 5 and 10.</summary>
    public static IReadOnlyList<int> Ranks { get; } = [1, 5, 10];

    /// <summary>The result of a mode.</summary>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public IjbcResult this[IjbcMode mode] => Results.FirstOrDefault(result => result.Mode == mode) ?? throw new ArgumentException($"{mode} was not measured", nameof(mode));
}
