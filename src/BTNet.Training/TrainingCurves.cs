using System.Text.Json.Nodes;

namespace BTNet.Training;

/// <summary>Draws a log's losses and accuracies.</summary>
internal static class TrainingCurves
{
    public static void Draw(string path, string name, IReadOnlyList<JsonObject> lines)
    {
        _ = (path, name, lines);
    }
}
