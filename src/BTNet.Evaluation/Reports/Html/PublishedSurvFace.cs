using BTNet.Evaluation.Protocols;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>
/// What the method's authors published for QMUL-SurvFace, in percent: table (b) of the results in the README of their implementation (github.com/StevenSmith2000/BTNet, commit df06e02fa4cf), by how
/// branches are chosen. Their script computes what is called "grid" here, with prototypes of raw embeddings.
/// </summary>
internal static class PublishedSurvFace
{
    private static readonly Dictionary<BranchRule, string[]> Figures = new()
    {
        [new(SizeIndicator.Average, LadderRule.Floor)] = ["27.9", "23.4", "16.5", "1.4", "32.6"], [new(SizeIndicator.Average, LadderRule.Near)] = ["30.3", "25.7", "18.9", "1.5", "34.6"],
        [new(SizeIndicator.Average, LadderRule.Ceil)] = ["31.1", "26.8", "20.3", "2.2", "35.4"], [new(SizeIndicator.Min, LadderRule.Floor)] = ["27.6", "23.2", "16.1", "1.4", "32.3"],
        [new(SizeIndicator.Min, LadderRule.Near)] = ["29.6", "25.0", "18.0", "1.4", "34.0"], [new(SizeIndicator.Min, LadderRule.Ceil)] = ["31.0", "26.6", "19.9", "2.0", "35.3"],
        [new(SizeIndicator.Max, LadderRule.Floor)] = ["29.1", "24.5", "17.6", "1.3", "33.6"], [new(SizeIndicator.Max, LadderRule.Near)] = ["31.0", "26.4", "19.6", "1.7", "35.2"],
        [new(SizeIndicator.Max, LadderRule.Ceil)] = ["31.2", "26.9", "20.6", "2.5", "35.4"]
    };

    /// <summary>The figures for some ways of choosing branches.</summary>
    public static ReportTable Of(IEnumerable<BranchRule> rules) => new(
        $"QMUL-SurvFace, {PublishedPairs.Name}", ["branch by", "TPIR20 % @ FPIR 0.3", "TPIR20 % @ FPIR 0.2", "TPIR20 % @ FPIR 0.1", "TPIR20 % @ FPIR 0.01", "AUC %"],
        [.. rules.Distinct().Select(IReadOnlyList<string> (rule) => [rule.ToString(), .. Figures[rule]])],
        [
            "Of the whole test set, computed as the columns \"grid\" of raw prototypes above: to be compared with these where the data is the whole set too.",
            $"Their network: {PublishedPairs.TrainedOn}, trained further on the training set of QMUL-SurvFace (5,319 people, 220,890 images). Source: table (b) of the results in the README of github.com/StevenSmith2000/BTNet, commit df06e02fa4cf."
        ]);
}
