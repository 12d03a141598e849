using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols;

/// <summary>How faces of any size are sent to branches.</summary>
/// <param name="Indicator">Which number stands for a face's size.</param>
/// <param name="Rule">Which branch a size between two goes to.</param>
public readonly record struct BranchRule(SizeIndicator Indicator, LadderRule Rule)
{
    /// <summary>The paper's: the longer side, and the branch that holds it.</summary>
    public static BranchRule Usual { get; } = new(SizeIndicator.Max, LadderRule.Ceil);

    /// <summary>Each indicator with each rule.</summary>
    public static IReadOnlyList<BranchRule> All { get; } =
        [.. from indicator in Enum.GetValues<SizeIndicator>() from rule in Enum.GetValues<LadderRule>() select new BranchRule(indicator, rule)];

    /// <summary>As <c>max ceil</c>.</summary>
    public override string ToString() => $"{Indicator.ToString().ToLowerInvariant()} {Rule.ToString().ToLowerInvariant()}";
}
