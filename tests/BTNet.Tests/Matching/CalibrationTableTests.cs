using System.Text.Json;
using System.Text.Json.Nodes;
using BTNet.Matching;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Tests.Matching;

public sealed class CalibrationTableTests
{
    private static readonly CalibrationTable Table = new(Strangers.Networks, [Strangers.Calibrate(60, images: 2, draws: 20)], [Strangers.Quality(112, leastDetail: 0.01), Strangers.Quality(14)]);

    public static TheoryData<string, string, string> Contradictions => new()
    {
        { "networks", "\"abc\"", "networks is 'abc'" },
        { "pairs", "[]", "pairs is empty" },
        { "pairs", "[null]", "is null" },
        { "pairs.0.gallery", "13", "has the resolution 13" },
        { "pairs.0.people", "1", "of 1 people" },
        { "pairs.0.people", "\"many\"", "people" },
        { "pairs.0.sizes.0", "2", "has sizes that are not" },
        { "pairs.0.sizes.1", "1", "has sizes that are not" },
        { "pairs.0.rates.0", "1.5", "has rates that are not" },
        { "pairs.0.rates.1", "0.99", "has rates that are not" },
        { "pairs.0.thresholds.0.0", "0.99", "has thresholds that are not" },
        { "pairs.0.thresholds.0", "[]", "has thresholds that are not" },
        { "pairs.0.thresholds.0", "null", "has thresholds that are not" },
        { "pairs.0.high.3.3", "-0.9", "has high that are not" },
        { "pairs.0.mates.quantiles.0", "1", "has mates that are not" },
        { "pairs.0.unheardOf", "1", "unheardOf" },
        { "quality.0.resolution", "14", "quality names a resolution twice" },
        { "quality.0.slope", "-1", "quality at 112 has base" },
        { "quality.0.people", "0", "quality at 112 is of 0 people" },
        { "unheardOf", "1", "unheardOf" },
        { "format", "\"other\"", "\"format\" is not" },
        { "version", "0", "\"version\" is no whole number" },
        { "version", "2", "version 2, and this program reads up to 1" }
    };

    [Fact]
    public void What_was_written_is_read_again()
    {
        var read = CalibrationTable.Parse(Table.ToJson(), "here", Strangers.Networks);

        Assert.Equal(JsonSerializer.Serialize(Table.ToJson()), JsonSerializer.Serialize(read.ToJson()));
        Assert.Equal(Table.Pairs[0].Threshold(0.07, 33), read.Pairs[0].Threshold(0.07, 33));
        Assert.Equal(Table.Pairs[0].Probability(0.4, 33), read.Pairs[0].Probability(0.4, 33));
        Assert.Equal(Table.Quality, read.Quality);
        Assert.Equal(Table.Pairs[0].Mates!.Quantiles, read.Pairs[0].Mates!.Quantiles);
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void What_cannot_be_is_told(string place, string value, string expected)
    {
        var json = JsonNode.Parse(Table.ToJson().GetRawText())!;
        var names = place.Split('.');
        var at = json;
        foreach (var name in names[..^1]) at = int.TryParse(name, out var index) ? at[index]! : at[name]!;
        if (int.TryParse(names[^1], out var last)) at[last] = JsonNode.Parse(value);
        else at[names[^1]] = JsonNode.Parse(value);

        var fault = Assert.Throws<InputException>(() => CalibrationTable.Parse(JsonSerializer.SerializeToUtf8Bytes(json), "here"));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains("here", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var json = JsonNode.Parse(Table.ToJson().GetRawText())!;
        (json["networks"], json["pairs"]![0]!["people"], json["quality"]![0]!["slope"]) = ("abc", 0, 99);

        Assert.Equal(3, Assert.Throws<InputException>(() => CalibrationTable.Parse(JsonSerializer.SerializeToUtf8Bytes(json), "here")).Faults.Count);
    }

    [Fact]
    public void Damage_is_an_input_exception_and_nothing_else()
    {
        var valid = JsonSerializer.SerializeToUtf8Bytes(Table.ToJson());
        foreach (var damaged in Mutations.Of(valid, 3000, seed: 7))
        {
            try
            {
                var read = CalibrationTable.Parse(damaged, "here");
                // What is still read must still answer.
                Assert.All(read.Pairs, pair => Assert.InRange(pair.Threshold(pair.LeastRate, 2).Value, -1, 1));
            }
            catch (InputException fault)
            {
                Assert.NotEmpty(fault.Message);
            }
        }
    }

    [Fact]
    public void Resolutions_that_were_not_calibrated_are_refused_by_name()
    {
        Assert.Equal(Strangers.Pair, Table[Resolution.Full, Resolution.Of(14)].Resolutions);
        Assert.Null(Table.Find(Resolution.Of(14), Resolution.Full));
        var refused = Assert.Throws<InputException>(() => Table[Resolution.Of(14), Resolution.Full]).Message;
        Assert.Contains("14x112 are not calibrated; there is 112x14", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibration_of_other_networks_is_refused() =>
        Assert.Contains("other networks", Assert.Throws<InputException>(() => CalibrationTable.Parse(Table.ToJson(), "here", new string('b', 64))).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_of_the_same_resolutions_are_a_fault() =>
        Assert.Contains("twice", Assert.Throws<InputException>(() => new CalibrationTable(Strangers.Networks, [Table.Pairs[0], Table.Pairs[0]])).Message, StringComparison.Ordinal);
}
