using System.Globalization;
using System.Text;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Records;

namespace BTNet.Evaluation.Tests.Records;

/// <summary>Tables of documents, in Markdown, from a registry: nobody copies a figure by hand.</summary>
internal static class RegistryTable
{
    /// <summary>What a model comes to at each pair of resolutions, small faces enlarged and by branch, in percent with its interval: the last line of each way counts, of those of the last command.</summary>
    /// <param name="lines">Of a registry of the pairs' protocol.</param>
    /// <param name="model">The model, as it was named.</param>
    /// <exception cref="ArgumentException">The registry has no line of the model.</exception>
    public static string Pairs(IReadOnlyList<IReadOnlyDictionary<string, string>> lines, string model)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var of = lines.Where(line => line.GetValueOrDefault(ProtocolRows.Model) == model).ToList();
        if (of.Count == 0) throw new ArgumentException($"no line is of {model}", nameof(model));
        // What stands side by side was measured alike: by the command of the last line.
        var about = of[^1];
        var last = of.Where(line => line["command"] == about["command"] && line[ProtocolRows.Fingerprint] == about[ProtocolRows.Fingerprint]).GroupBy(line => line[ProtocolRows.Way]).ToDictionary(way => way.Key, way => way.Last());
        string[] ways = [.. last.Keys.OrderDescending(StringComparer.Ordinal)];
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"Accuracy in % and its 95 % interval on {about["pairs"]} pairs of {about[ProtocolRows.Data]} ({about["machine"]}, {about["date"][..10]}, `{about["command"]}`).\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| pair | {string.Join(" | ", ways)} |\n| --- |{string.Concat(ways.Select(_ => " ---: |"))}\n");
        foreach (var pair in ResolutionPair.Usual.Where(pair => last.Values.Any(line => Has(line, pair))))
            text.Append(CultureInfo.InvariantCulture, $"| {pair} | {string.Join(" | ", ways.Select(way => Cell(last[way], pair)))} |\n");
        return text.ToString();
    }

    private static bool Has(IReadOnlyDictionary<string, string> line, ResolutionPair pair) => line.GetValueOrDefault(ProtocolRows.Accuracy(pair), "").Length > 0;

    private static string Cell(IReadOnlyDictionary<string, string> line, ResolutionPair pair)
    {
        if (!Has(line, pair)) return "";
        var accuracy = ProtocolRows.Accuracy(pair);
        string Percent(string column) => (100 * double.Parse(line[column], CultureInfo.InvariantCulture)).ToString("0.00", CultureInfo.InvariantCulture);
        return $"{Percent(accuracy)} ({Percent($"{accuracy} low")} to {Percent($"{accuracy} high")})";
    }
}
