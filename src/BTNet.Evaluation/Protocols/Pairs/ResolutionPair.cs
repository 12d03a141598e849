using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>At which resolutions the two images of a pair are seen: <c>112x14</c> means the first at 112, the second at 14.</summary>
/// <param name="First">Of the first image.</param>
/// <param name="Second">Of the second image.</param>
public readonly record struct ResolutionPair(Resolution First, Resolution Second)
{
    /// <summary>Every resolution against itself and against 112: what the paper's tables hold.</summary>
    public static IReadOnlyList<ResolutionPair> Usual { get; } = ParseList("112x112,112x28,112x14,112x7,28x28,14x14,7x7");

    /// <summary>Reads <c>112x14</c>.</summary>
    /// <exception cref="InputException">Not of that form, or a side that is no level of the pyramid.</exception>
    public static ResolutionPair Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sides = text.Trim().Split('x', 'X', '×');
        if (sides.Length != 2) throw new InputException($"'{text}' is no resolution pair; expected two sides such as 112x14");
        return new ResolutionPair(Resolution.Parse(sides[0]), Resolution.Parse(sides[1]));
    }

    /// <summary>Reads <c>112x112,112x14,14x14</c>.</summary>
    /// <exception cref="InputException">Empty, or pairs that cannot be read or occur twice; all of them are named.</exception>
    public static IReadOnlyList<ResolutionPair> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (pairs, faults) = (new List<ResolutionPair>(), new List<string>());
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            try
            {
                var pair = Parse(item);
                if (pairs.Contains(pair)) faults.Add($"{pair} occurs twice; give each pair once");
                else pairs.Add(pair);
            }
            catch (InputException fault)
            {
                faults.Add(fault.Message);
            }
        }

        return faults.Count == 0 ? pairs : throw new InputException($"resolution pairs '{text}'", faults);
    }

    /// <summary>As it is read: <c>112x14</c>.</summary>
    public override string ToString() => $"{First}x{Second}";
}
