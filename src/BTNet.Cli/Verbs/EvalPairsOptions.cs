using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;

namespace BTNet.Cli.Verbs;

/// <summary>What measuring on pairs takes, for <c>btnet eval pairs</c> and <c>btnet report</c>.</summary>
/// <param name="common">The options of every verb that measures.</param>
/// <param name="required">Whether pairs must be named.</param>
internal sealed class EvalPairsOptions(EvalOptions common, bool required)
{
    public EvalOptions Common { get; } = common;

    public Option<string[]> Pairs { get; } = new("--pairs", "-p")
    {
        Description = "An InsightFace .bin file, or pair lists, each a fold: lines of path TAB path TAB 1 or 0", HelpName = "FILE", Required = required, AllowMultipleArgumentsPerToken = true
    };

    public Option<string?> Csv { get; } = new("--csv") { Description = "Write a line a resolution pair", HelpName = "FILE" };

    public Option<string?> Plots { get; } = new("--plots") { Description = "Write ROC curves and a map of accuracy by resolution as PNG", HelpName = "DIR" };

    private readonly Option<string?> _resolutions = new("--resolutions")
    {
        Description = "112x14 compares the first image at 112 with the second at 14. By default 112x112, and 112xR and RxR for each R of 28, 14 and 7 that has a branch", HelpName = "112x112,112x14,..."
    };

    public Option<bool> Reference { get; } = new("--reference")
    {
        Description = "Compute what the paper's script does: mirrored faces added, no antialiasing, thresholds of squared distance on a grid; --kernel, --enlarge and --flip then say nothing"
    };

    public void AddTo(Command command)
    {
        Common.AddTo(command, Pairs, _resolutions, Reference, Common.Root);
        foreach (var option in (Option[])[Csv, Plots]) command.Add(option);
    }

    /// <summary>The resolution pairs that the command line names; by default the usual ones that the network has ways in for.</summary>
    /// <exception cref="InputException">They cannot be read.</exception>
    public IReadOnlyList<ResolutionPair> Resolutions(ParseResult parsed, IEmbedder embedder) => parsed.GetValue(_resolutions) is { } text
        ? ResolutionPair.ParseList(text)
        : [.. ResolutionPair.Usual.Where(pair => !Common.Ways(parsed, embedder).Contains(SmallFaceWay.Branch) || (embedder.Resolutions.Contains(pair.First) && embedder.Resolutions.Contains(pair.Second)))];

    /// <summary>Measures a network on the pairs that the command line names.</summary>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="embedder">The network.</param>
    /// <param name="resolutions">The resolution pairs.</param>
    /// <param name="skipped">Told of what is left out.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <returns>The pairs, and a report for each way of treating small faces.</returns>
    /// <exception cref="InputException">The pairs cannot be read, or the network lacks what is asked for.</exception>
    public (PairSet Set, IReadOnlyList<PairReport> Reports) Measure(
        Terminal terminal, ParseResult parsed, IEmbedder embedder, IReadOnlyList<ResolutionPair> resolutions, SkippedItems skipped, CancellationToken cancellation)
    {
        var ways = Common.Ways(parsed, embedder);
        var protocol = new PairOptions
        {
            Resolutions = resolutions, Way = ways[^1], Reduction = Common.Reduction(parsed), Enlarging = Common.Enlarging(parsed), FlipAveraging = Common.Flip(parsed),
            ReferenceCompatible = parsed.GetValue(Reference), GreatestBrokenShare = Common.BrokenShare(parsed)
        };
        var set = PairSets.Open(parsed.GetRequiredValue(Pairs), parsed.GetValue(Common.Root), skipped, protocol.GreatestBrokenShare);
        return (set, ProgressDisplay.During<IReadOnlyList<PairReport>>(terminal, progress =>
        {
            if (ways.Count == 1) return [PairProtocol.Run(embedder, set, protocol, progress, skipped, cancellation)];
            var (upSampled, branches) = PairProtocol.RunBothWays(embedder, set, protocol, progress, skipped, cancellation);
            return [upSampled, branches];
        }));
    }
}
