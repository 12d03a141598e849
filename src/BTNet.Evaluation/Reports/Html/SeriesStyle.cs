using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>
/// How a curve is drawn. The colour and the shape of its marks are those of a resolution, the same all over a page; curves of one resolution differ by dashes and by whether marks are filled, so that nothing is
/// told by colour alone.
/// </summary>
/// <param name="Resolution">Whose colour and mark it has.</param>
/// <param name="Turn">0 for the first curve of that resolution, 1 for the next.</param>
internal sealed record SeriesStyle(Resolution Resolution, int Turn = 0)
{
    private static readonly string[] Dashes = ["", "6 3", "1.5 3", "8 3 1.5 3", "3 2"];

    private static readonly Resolution[] Colours = [Resolution.Full, Resolution.Of(28), Resolution.Of(14), Resolution.Of(7), Resolution.Of(56)];

    /// <summary>Class of the style sheet that sets the colour.</summary>
    public string Class => $"r{Resolution}";

    /// <summary>A style for each of some pairs: the smaller of the two resolutions gives the colour, since it decides what can be told.</summary>
    public static IReadOnlyDictionary<ResolutionPair, SeriesStyle> Of(IEnumerable<ResolutionPair> pairs) => Of(pairs, pair => pair);

    /// <summary>A style for each of some things that are of two resolutions.</summary>
    /// <param name="things">The things.</param>
    /// <param name="sides">Their resolutions.</param>
    public static IReadOnlyDictionary<T, SeriesStyle> Of<T>(IEnumerable<T> things, Func<T, ResolutionPair> sides)
        where T : notnull
    {
        var seen = new Dictionary<Resolution, int>();
        return things.Distinct().ToDictionary(thing => thing, thing =>
        {
            var smaller = sides(thing) is var pair && pair.First < pair.Second ? pair.First : pair.Second;
            var turn = seen.GetValueOrDefault(smaller);
            seen[smaller] = turn + 1;
            return new SeriesStyle(smaller, turn);
        });
    }

    /// <summary>A style for curves that are of no resolution, in figures where none is: the colours and marks in a fixed order, then again with dashes.</summary>
    /// <param name="index">0 for the first curve.</param>
    public static SeriesStyle Nth(int index) => new(Colours[index % Colours.Length], index / Colours.Length);

    /// <summary>A line along a path.</summary>
    public Element Line(string path)
    {
        var line = new Element("path").Class($"line {Class}").With("d", path);
        return Dashes[Turn % Dashes.Length] is { Length: > 0 } dash ? line.With("stroke-dasharray", dash) : line;
    }

    /// <summary>A mark at a place: a circle for 112, a cross-like plus for 56, a square for 28, a triangle for 14, a diamond for 7; hollow from the second curve of a resolution on.</summary>
    public Element Mark(double x, double y, double size = 3.6)
    {
        string At(double dx, double dy) => $"{Element.Number(x + (dx * size))} {Element.Number(y + (dy * size))}";
        var classes = $"mark {Class}{(Turn > 0 ? " hollow" : "")}";
        return Resolution.Side switch
        {
            112 => new Element("circle").Class(classes).With("cx", x).With("cy", y).With("r", size),
            56 => new Element("path").Class(classes).With("d", $"M{At(-.4, -1)}L{At(.4, -1)}L{At(.4, -.4)}L{At(1, -.4)}L{At(1, .4)}L{At(.4, .4)}L{At(.4, 1)}L{At(-.4, 1)}L{At(-.4, .4)}L{At(-1, .4)}L{At(-1, -.4)}L{At(-.4, -.4)}Z"),
            28 => new Element("rect").Class(classes).With("x", x - (.9 * size)).With("y", y - (.9 * size)).With("width", 1.8 * size).With("height", 1.8 * size),
            14 => new Element("path").Class(classes).With("d", $"M{At(0, -1.15)}L{At(1.1, .8)}L{At(-1.1, .8)}Z"),
            _ => new Element("path").Class(classes).With("d", $"M{At(0, -1.25)}L{At(1.15, 0)}L{At(0, 1.25)}L{At(-1.15, 0)}Z")
        };
    }

    /// <summary>The line and the mark in small, for a legend.</summary>
    public Element Swatch() => new Element("svg", Line("M1 7L35 7"), Mark(18, 7)).With("viewBox", "0 0 36 14").With("width", "36").With("height", "14").Class("swatch").With("aria-hidden", "true");
}
