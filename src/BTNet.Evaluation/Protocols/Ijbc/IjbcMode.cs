using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>
/// At which resolutions templates are seen. <c>112x14</c>, a match: the enrolled template (the first of a pair) at 112, the probe (the second) at 14. <c>112&amp;14</c>, an
/// aggregate: every template's images at both, the raw feature at 112 and the raw feature of the mirrored face at 14 added up, as the reference's IJB-C script does it.
/// </summary>
/// <param name="Sides">The two resolutions.</param>
/// <param name="Aggregates">Whether they are added up.</param>
public readonly record struct IjbcMode(ResolutionPair Sides, bool Aggregates)
{
    /// <summary>The matches 112x112, 112x28, 28x28, 112x14, 14x14, 112x7 and 7x7.</summary>
    public static IReadOnlyList<IjbcMode> Usual { get; } = ParseMatches("112x112,112x28,28x28,112x14,14x14,112x7,7x7");

    /// <summary>Reads <c>112x112,112x14</c>.</summary>
    /// <exception cref="InputException">Empty, or pairs that cannot be read or occur twice; all of them are named.</exception>
    public static IReadOnlyList<IjbcMode> ParseMatches(string text) => [.. ResolutionPair.ParseList(text).Select(pair => new IjbcMode(pair, false))];

    /// <summary>Reads <c>112&amp;112,112&amp;14</c>.</summary>
    /// <exception cref="InputException">Empty, or pairs that cannot be read or occur twice.</exception>
    public static IReadOnlyList<IjbcMode> ParseAggregates(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (modes, faults) = (new List<IjbcMode>(), new List<string>());
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            try
            {
                if (item.Split('&') is not [var first, var second]) throw new InputException($"'{item}' is no aggregate; expected two sides such as 112&14, in quotes for the shell");
                var mode = new IjbcMode(new ResolutionPair(Resolution.Parse(first.Trim()), Resolution.Parse(second.Trim())), true);
                if (modes.Contains(mode)) faults.Add($"{mode} occurs twice; give each aggregate once");
                else modes.Add(mode);
            }
            catch (InputException fault)
            {
                faults.Add(fault.Message);
            }
        }

        return faults.Count == 0 ? modes : throw new InputException($"aggregates '{text}'", faults);
    }

    /// <summary>As it is read: <c>112x14</c> or <c>112&amp;14</c>.</summary>
    public override string ToString() => Aggregates ? $"{Sides.First}&{Sides.Second}" : Sides.ToString();
}
