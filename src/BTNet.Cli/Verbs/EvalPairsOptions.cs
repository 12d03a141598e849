using System.CommandLine;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Cli.Verbs;

/// <summary>What <c>btnet eval pairs</c> takes.</summary>
internal sealed class EvalPairsOptions
{
    public EvalOptions Common { get; } = new();

    public Option<string[]> Pairs { get; } = new("--pairs", "-p")
    {
        Description = "An InsightFace .bin file, or pair lists, each a fold: lines of path TAB path TAB 1 or 0", HelpName = "FILE", Required = true, AllowMultipleArgumentsPerToken = true
    };

    public Option<string?> Csv { get; } = new("--csv") { Description = "Write a line a resolution pair", HelpName = "FILE" };

    public Option<string?> Plots { get; } = new("--plots") { Description = "Write ROC curves and a map of accuracy by resolution as PNG", HelpName = "DIR" };

    private readonly Option<string?> _resolutions = new("--resolutions")
    {
        Description = "112x14 compares the first image at 112 with the second at 14. By default 112x112, and 112xR and RxR for each R of 28, 14 and 7 that has a branch", HelpName = "112x112,112x14,..."
    };

    private readonly Option<bool> _reference = new("--reference")
    {
        Description = "Compute what the paper's script does: mirrored faces added, no antialiasing, thresholds of squared distance on a grid; --kernel, --enlarge and --flip then say nothing"
    };

    public void AddTo(Command command)
    {
        Common.AddTo(command, Pairs, _resolutions, _reference, Common.Root);
        foreach (var option in (Option[])[Csv, Plots]) command.Add(option);
    }

    /// <summary>The options of the protocol for a network; its way is that of the last of the ways.</summary>
    /// <exception cref="InputException">The resolution pairs cannot be read.</exception>
    public PairOptions For(ParseResult parsed, IEmbedder embedder, IReadOnlyList<SmallFaceWay> ways)
    {
        var way = ways[^1];
        var resolutions = parsed.GetValue(_resolutions) is { } text
            ? ResolutionPair.ParseList(text)
            : [.. ResolutionPair.Usual.Where(pair => way == SmallFaceWay.UpSample || (embedder.Resolutions.Contains(pair.First) && embedder.Resolutions.Contains(pair.Second)))];
        return new PairOptions
        {
            Resolutions = resolutions, Way = way, Reduction = Common.Reduction(parsed), Enlarging = Common.Enlarging(parsed), FlipAveraging = Common.Flip(parsed),
            ReferenceCompatible = parsed.GetValue(_reference), GreatestBrokenShare = Common.BrokenShare(parsed)
        };
    }
}
