using static BTNet.Training.Export.GraphParts;

namespace BTNet.Training.Export;

/// <summary>Enlarges pixels linearly by a whole number, as <c>interpolate</c> of torch does without aligned corners, in operators that every version of ONNX has: Resize means
/// something else in older ones.</summary>
internal static class Interpolation
{
    /// <param name="graph">The graph.</param>
    /// <param name="pixels">What it calls <c>[N, 3, s, s]</c>.</param>
    /// <param name="side">s.</param>
    /// <param name="times">By how much, even.</param>
    /// <returns>What it calls <c>[N, 3, times s, times s]</c>.</returns>
    public static string Write(NetworkGraph graph, string pixels, int side, int times)
    {
        // The edge is repeated, so that what lies beyond the outermost centres is as they are.
        long[] places = [0, .. Enumerable.Range(0, side).Select(place => (long)place), side - 1];
        foreach (var axis in (int[])[2, 3])
            pixels = graph.Node("Gather", [pixels, graph.Constant(Constant<long>($"edges_{axis}", LongInteger, [places.Length], places))], Int("axis", axis));
        // Every pixel spreads to the new ones that lie less than a pixel from it, by a tent.
        float[] tent = [.. Enumerable.Range(0, 2 * times).Select(place => 1 - (Math.Abs(place + 0.5f - times) / times))];
        float[] kernel = [.. Enumerable.Range(0, 3).SelectMany(_ => tent.SelectMany(row => tent.Select(column => row * column)))];
        var spread = graph.Constant(Constant<float>("tents", Float, [3, 1, tent.Length, tent.Length], kernel));
        var cut = 3 * times / 2;
        return graph.Node("ConvTranspose", [pixels, spread], Int("group", 3), Ints("kernel_shape", tent.Length, tent.Length), Ints("strides", times, times), Ints("pads", cut, cut, cut, cut));
    }
}
