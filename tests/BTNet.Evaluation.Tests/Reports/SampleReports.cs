using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Tests.Protocols.Pairs;

namespace BTNet.Evaluation.Tests.Reports;

/// <summary>Reports of real runs over rendered patterns, for what is written from reports.</summary>
internal static class SampleReports
{
    private static readonly Lazy<(PairReport UpSampled, PairReport Branches)> Both = new(() => PairProtocol.RunBothWays(
        new PixelEmbedder(), RenderedPairs.Set(people: 40, noise: 250, spread: .055), new PairOptions { Resolutions = ResolutionPair.ParseList("112x112,112x14,14x14,7x112") }));

    public static PairReport UpSampled => Both.Value.UpSampled;

    public static PairReport Branches => Both.Value.Branches;

    public static PairReport Reference { get; } = PairProtocol.Run(
        new PixelEmbedder(), RenderedPairs.Set(people: 12, noise: 250, spread: .055), new PairOptions { Resolutions = [ResolutionPair.Parse("112x14")], ReferenceCompatible = true });
}
