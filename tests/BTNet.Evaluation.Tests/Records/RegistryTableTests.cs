using BTNet.Evaluation.Records;
using BTNet.Evaluation.Tests.Metrics;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Records;

public sealed class RegistryTableTests
{
    private const string Begins = "<!-- from docs/results/pairs.csv: models/faces -->\n";
    private const string Ends = "<!-- end -->";

    [Fact]
    public void The_last_line_of_each_way_is_shown_and_pairs_that_were_not_measured_are_not()
    {
        IReadOnlyDictionary<string, string>[] lines =
        [
            Line("one", "branch", "2026-01-02 03:04", ("112x112", "0.5"), ("14x14", "0.4")),
            Line("one", "enlarged", "2026-01-02 03:04", ("112x112", "0.6")),
            Line("one", "branch", "2026-02-03 03:04", ("112x112", "0.75"), ("14x14", "0.987654")),
            Line("another", "branch", "2026-03-04 03:04", ("7x7", "0.1"))
        ];

        Assert.Equal(
            "Accuracy in % and its 95 % interval on 600 pairs of fold 3 (a machine, 2026-02-03, `btnet eval pairs`).\n\n| pair | enlarged | branch |\n| --- | ---: | ---: |\n"
            + "| 112x112 | 60.00 (59.00 to 61.00) | 75.00 (74.00 to 76.00) |\n| 14x14 |  | 98.77 (97.77 to 99.77) |\n",
            RegistryTable.Pairs(lines, "one"));
        Assert.Throws<ArgumentException>(() => RegistryTable.Pairs(lines, "two"));

        // Another network, or another command, does not stand beside it.
        foreach (var (key, value) in ((string, string)[])[("fingerprint", "2f"), ("command", "btnet eval pairs --flip")])
        {
            var other = Line("one", "branch", "2026-04-05 03:04", ("112x112", "0.25"));
            other[key] = value;
            Assert.DoesNotContain("enlarged", RegistryTable.Pairs([.. lines, other], "one"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_readmes_table_is_that_of_the_registry()
    {
        var path = Path.Combine(Repository.Root, "README.md");
        var readme = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (begin, table) = (readme.IndexOf(Begins, StringComparison.Ordinal), RegistryTable.Pairs(ResultRegistry.Read(Path.Combine(Repository.Root, "docs", "results", "pairs.csv")), "models/faces"));
        Assert.True(begin >= 0, $"README.md has no line {Begins}");
        begin += Begins.Length;
        var end = readme.IndexOf(Ends, begin, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("BTNET_APPROVE") is "1") File.WriteAllText(path, readme = readme[..begin] + table + readme[end..]);

        Assert.True(
            readme[begin..].StartsWith(table + Ends, StringComparison.Ordinal),
            $"the table of README.md is not that of docs/results/pairs.csv. If the registry is right, run this test with BTNET_APPROVE=1, look at the difference and commit it. It should be:\n{table}");
    }

    private static Dictionary<string, string> Line(string model, string way, string date, params (string Pair, string Accuracy)[] figures)
    {
        Dictionary<string, string> line = new() { ["date"] = date, ["model"] = model, ["way"] = way, ["data"] = "fold 3", ["pairs"] = "600", ["machine"] = "a machine", ["fingerprint"] = "1f", ["command"] = "btnet eval pairs" };
        foreach (var (pair, accuracy) in figures)
        {
            var value = double.Parse(accuracy, System.Globalization.CultureInfo.InvariantCulture);
            (line[$"accuracy {pair}"], line[$"accuracy {pair} low"], line[$"accuracy {pair} high"]) = (accuracy, $"{value - 0.01:0.######}", $"{value + 0.01:0.######}");
        }

        return line;
    }
}
