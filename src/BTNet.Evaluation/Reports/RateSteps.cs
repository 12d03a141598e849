using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Reports;

/// <summary>The corners of a curve of rates, for who draws it: what a threshold gives holds until the next one.</summary>
internal static class RateSteps
{
    /// <summary>False and true accept rate at each corner of a ROC curve, from one false accept up: a logarithmic axis has no place for none.</summary>
    public static IReadOnlyList<(double Far, double Tar)> Of(RocCurve roc)
    {
        var corners = new List<(double, double)>();
        for (var i = 1; i < roc.Points.Count; i++)
        {
            var (before, here) = (roc.Points[i - 1], roc.Points[i]);
            var far = here.FalseAccepts / (double)roc.Negatives;
            // Where strangers of equal score come first, the curve begins at one all the same.
            if (before.FalseAccepts == 0 && here.FalseAccepts > 1) corners.Add((1 / (double)roc.Negatives, before.TrueAccepts / (double)roc.Positives));
            if (here.FalseAccepts > before.FalseAccepts) corners.Add((far, before.TrueAccepts / (double)roc.Positives));
            if (here.FalseAccepts > 0) corners.Add((far, here.TrueAccepts / (double)roc.Positives));
        }

        return corners;
    }

    /// <summary>False and true positive identification rate at each corner, from the first that is not 0.</summary>
    /// <param name="curve">What is found at each rate that strangers can tell, the false rate rising.</param>
    public static IReadOnlyList<(double Fpir, double Tpir)> Of(IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> curve)
    {
        var corners = new List<(double, double)>();
        for (var i = 0; i < curve.Count; i++)
        {
            if (curve[i].FalsePositiveRate <= 0) continue;
            if (i > 0) corners.Add((curve[i].FalsePositiveRate, curve[i - 1].TruePositiveRate));
            corners.Add(curve[i]);
        }

        return corners;
    }
}
