using BTNet.Evaluation.Protocols;
using BTNet.Resolutions;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Which branches the faces of a data set went to, in percent.</summary>
internal static class BranchTable
{
    /// <summary>A row a way of choosing branches.</summary>
    /// <param name="set">The data set's name.</param>
    /// <param name="rows">What was done with small faces, how branches were chosen, and how many faces went to each.</param>
    /// <param name="note">What the shares are of.</param>
    public static ReportTable Of(string set, IReadOnlyList<(SmallFaceWay Way, BranchRule? Rule, IReadOnlyList<(Resolution Branch, int Faces)> Shares)> rows, string note)
    {
        var sides = rows.SelectMany(row => row.Shares).Select(share => share.Branch).Distinct().OrderDescending().ToList();
        return new ReportTable(
            $"{set}: where its faces went, in %", ["small faces", "branch by", .. sides.Select(side => side.ToString())],
            [.. rows.Select(IReadOnlyList<string> (row) => [InShort(row.Way), Rule(row.Rule), .. sides.Select(side => Share(row.Shares, side))])], [note]);
    }

    private static string Share(IReadOnlyList<(Resolution Branch, int Faces)> shares, Resolution side)
    {
        foreach (var (branch, faces) in shares)
            if (branch == side) return Percent(faces / (double)shares.Sum(share => share.Faces));
        return Absent;
    }
}
