namespace BTNet.Models;

/// <summary>
/// What a graph expects that is not of our making, such as a recogniser that others trained: one tensor <c>[N, 3, r, r]</c> of 32-bit floats, plane by
/// plane. A byte p of plane c (0, 1, 2 in the order of <paramref name="ColourOrder"/>) becomes <c>(p / 255f - Mean[c]) / Std[c]</c>: three operations in
/// 32-bit floats, each rounded, in this order.
/// </summary>
/// <param name="Input">The graph's input.</param>
/// <param name="Output">Which of its outputs is the embedding: 32-bit floats, D of them a face, whatever their shape.</param>
/// <param name="ColourOrder">The planes: <c>RGB</c> or <c>BGR</c>.</param>
/// <param name="Mean">What is subtracted, a number a plane in the order of the planes, of pixels from 0 to 1.</param>
/// <param name="Std">What is divided by, likewise; above 0.</param>
/// <param name="Batch">How many faces it takes at once, where it takes as many and no others, 1 to 1024; null where N is free.</param>
public sealed record ForeignInput(string Input, string Output, string ColourOrder, IReadOnlyList<float> Mean, IReadOnlyList<float> Std, int? Batch = null)
{
    /// <summary>A <see cref="ColourOrder"/>.</summary>
    public const string Rgb = "RGB", Bgr = "BGR";

    private const int Planes = 3, MostFaces = 1024;

    /// <summary>The planes' values by byte: <c>[3, 256]</c>.</summary>
    internal float[] Values()
    {
        var values = new float[Planes * (byte.MaxValue + 1)];
        for (var plane = 0; plane < Planes; plane++)
        for (var pixel = 0; pixel <= byte.MaxValue; pixel++)
            values[(plane * (byte.MaxValue + 1)) + pixel] = ((pixel / 255f) - Mean[plane]) / Std[plane];
        return values;
    }

    /// <summary>How many faces to hand over at once where so many are wanted: of a graph that takes as many and no others a multiple, for fewer cost as much.</summary>
    internal int BatchNear(int wanted) => Batch is { } taken ? Math.Max(wanted / taken, 1) * taken : wanted;

    /// <summary>What of it cannot be, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        // Whoever reads JSON, or has no nullable types, may give them.
        if (Input is null || Output is null || Mean is null || Std is null)
        {
            yield return "input has null for the names of the graph's input and output, mean or std; expected names and 3 numbers each";
            yield break;
        }

        if (Input.Length == 0 || Output.Length == 0) yield return $"input names '{Input}' and output '{Output}', expected those of the graph";
        if (ColourOrder is not (Rgb or Bgr)) yield return $"input has the colour order '{ColourOrder}', expected {Rgb} or {Bgr}";
        if (Batch is < 1 or > MostFaces) yield return $"input has batches of {Batch}, expected 1 to {MostFaces} or none";
        if (Mean.Count != Planes || Std.Count != Planes) yield return $"input has {Mean.Count} numbers of mean and {Std.Count} of std, expected {Planes} each";
        else if (!Std.All(value => value > 0) || !Array.TrueForAll(Values(), float.IsFinite))
            yield return FormattableString.Invariant($"input has mean [{string.Join(", ", Mean.Select(Text))}] and std [{string.Join(", ", Std.Select(Text))}], which make pixels no finite numbers; expected numbers for pixels from 0 to 1, std above 0");
    }

    internal static string Text(float value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
