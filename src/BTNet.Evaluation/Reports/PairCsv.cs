using System.Globalization;
using System.Text;
using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports as comma-separated values (RFC 4180, UTF-8): a line a system and resolution pair, shares from 0 to 1, what
/// the pairs do not allow left empty.
/// </summary>
public static class PairCsv
{
    private static readonly string[] Head =
    [
        "embedder", "pair_set", "way", "measure", "pair", "pairs", "accuracy", "accuracy_sd", "accuracy_low", "accuracy_high", "auc", "auc_low", "auc_high", "eer", "eer_low", "eer_high",
        .. PairResult.FalseAcceptRates.SelectMany(far => new[] { $"tar_{ReportText.Rate(far)}", $"tar_{ReportText.Rate(far)}_low", $"tar_{ReportText.Rate(far)}_high" }),
    ];

    /// <summary>The reports as text.</summary>
    public static string Format(params IReadOnlyList<PairReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var text = new StringBuilder().AppendLine(string.Join(',', Head));
        foreach (var report in reports)
        foreach (var result in report.Results)
        {
            string[] fields =
            [
                report.Embedder, report.PairSet, report.Options.Way.ToString(), report.Options.Measure.ToString(), result.Resolutions.ToString(),
                report.Evaluated.Count.ToString(CultureInfo.InvariantCulture), Number(result.Accuracy.Mean), Number(result.Accuracy.StandardDeviation),
                Number(result.Accuracy.Interval.Low), Number(result.Accuracy.Interval.High),
                Number(result.Auc), Number(result.AucInterval.Low), Number(result.AucInterval.High),
                Number(result.EqualErrorRate), Number(result.EqualErrorRateInterval.Low), Number(result.EqualErrorRateInterval.High),
                .. result.Tars.SelectMany(tar => new[] { Number(tar.Value), Number(tar.Interval?.Low), Number(tar.Interval?.High) }),
            ];
            text.AppendLine(CsvLine.Of(fields));
        }

        return text.Replace("\r\n", "\n").ToString();
    }

    /// <summary>Writes <see cref="Format"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<PairReport> reports) => AtomicFile.WriteText(path, Format(reports));

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
