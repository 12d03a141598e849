using System.CommandLine;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary>How faces in their own sizes are sent to branches.</summary>
internal sealed class BranchRuleOptions
{
    private readonly Option<SizeIndicator?> _indicator = new("--indicator")
    {
        Description = "Which number stands for a face's size and chooses its branch: the longer side, the shorter, or their mean; by default the longer", HelpName = "max|min|average"
    };

    private readonly Option<LadderRule?> _rule = new("--rule") { Description = "Which branch a size between two goes to: the larger, the nearer or the smaller; by default the larger", HelpName = "ceil|near|floor" };

    private readonly Option<bool> _all = new("--all-choices") { Description = "Each indicator with each rule, nine in all" };

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [_indicator, _rule, _all];

    /// <summary>How faces are to be seen, with what every protocol takes.</summary>
    /// <exception cref="InputException">The options contradict each other.</exception>
    public NativeSizeOptions Protocol(ParseResult parsed, EvalOptions common) => new()
    {
        Rules = Rules(parsed), Reduction = common.Reduction(parsed), Enlarging = common.Enlarging(parsed), FlipAveraging = common.Flip(parsed), GreatestBrokenShare = common.BrokenShare(parsed)
    };

    /// <summary>What is done with small faces, a report each.</summary>
    /// <exception cref="InputException">Branches are asked for where there are none, or their choice where faces go to none.</exception>
    public IReadOnlyList<SmallFaceWay> Ways(ParseResult parsed, EvalOptions common, IEmbedder embedder)
    {
        var ways = common.Ways(parsed, embedder);
        if (ways.Contains(SmallFaceWay.Branch) && embedder.Resolutions.Count == 1)
            throw new InputException($"{embedder.Description} has no branch that a face could be sent to; leave --way away, and faces are enlarged for the trunk");
        if (!ways.Contains(SmallFaceWay.Branch) && (parsed.GetValue(_all) || parsed.GetValue(_indicator) is not null || parsed.GetValue(_rule) is not null))
            throw new InputException("--indicator, --rule and --all-choices say which branch a face is sent to, and here all are enlarged for the trunk; leave them away");
        return ways;
    }

    private IReadOnlyList<BranchRule> Rules(ParseResult parsed)
    {
        var (indicator, rule) = (parsed.GetValue(_indicator), parsed.GetValue(_rule));
        if (!parsed.GetValue(_all)) return [new BranchRule(indicator ?? BranchRule.Usual.Indicator, rule ?? BranchRule.Usual.Rule)];
        return indicator is null && rule is null ? BranchRule.All : throw new InputException("--all-choices measures every indicator with every rule; leave it away, or --indicator and --rule");
    }
}
