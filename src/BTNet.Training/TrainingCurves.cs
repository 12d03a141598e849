using System.Text.Json.Nodes;
using BTNet.Evaluation.Reports;

namespace BTNet.Training;

/// <summary>Draws a log's losses and accuracies.</summary>
internal static class TrainingCurves
{
    /// <summary>Writes <c>NAME.loss.png</c> and, where there were judgements, <c>NAME.accuracy.png</c>.</summary>
    public static void Draw(string folder, string name, IReadOnlyList<JsonObject> lines)
    {
        var steps = lines.Where(line => line["loss"] is not null).ToList();
        if (steps.Count > 0)
        {
            var parts = Names(steps, "parts").ToList();
            CurvePlot.Write(Path.Combine(folder, $"{name}.loss.png"), $"{name}: loss", "step", "loss",
            [
                new CurveSeries("total", X(steps), Y(steps, line => line["loss"])),
                // A single part is the total itself.
                .. parts.Count == 1 ? [] : parts.Select(part => new CurveSeries(part, X(steps), Y(steps, line => line["parts"]?[part])))
            ]);
        }

        var judged = lines.Where(line => line["accuracy"] is JsonObject { Count: > 0 }).ToList();
        if (judged.Count == 0) return;
        CurvePlot.Write(Path.Combine(folder, $"{name}.accuracy.png"), $"{name}: pair accuracy on held-out people", "step", "accuracy",
            [.. Names(judged, "accuracy").Select(pair => new CurveSeries(pair, X(judged), Y(judged, line => line["accuracy"]?[pair]), Markers: true))]);
    }

    private static double[] X(IEnumerable<JsonObject> lines) => [.. lines.Select(line => (double)line["step"]!)];

    private static double[] Y(IEnumerable<JsonObject> lines, Func<JsonObject, JsonNode?> value) => [.. lines.Select(line => (double?)value(line) ?? double.NaN)];

    private static IEnumerable<string> Names(IEnumerable<JsonObject> lines, string group) => lines.SelectMany(line => line[group]!.AsObject().Select(entry => entry.Key)).Distinct();
}
