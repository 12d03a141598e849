using System.Text.Json;
using System.Text.Json.Nodes;

namespace BTNet.Training;

/// <summary>A training's log, one JSON object a line, and its curves as pictures beside it.</summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly string _path;
    private readonly string _folder;
    private readonly string _name;
    private readonly StreamWriter _writer;

    /// <summary>Opens the log to go on after a step; lines of later steps, which will be trained again, are dropped.</summary>
    /// <exception cref="InputException">The log cannot be written.</exception>
    public TrainingLog(string folder, string name, long step)
    {
        (_name, _folder, _path) = (name, folder, Path.Combine(folder, $"{name}.log.jsonl"));
        var kept = step > 0 && File.Exists(_path) ? Lines(_path).Where(line => StepOf(line) <= step).Select(line => line.ToJsonString() + "\n") : [];
        AtomicFile.WriteText(_path, string.Concat(kept));
        _writer = new StreamWriter(_path, append: true);
    }

    /// <summary>A step.</summary>
    public void Step(long step, int epoch, double rate, double imagesPerSecond, StepResult result) => Write(new JsonObject
    {
        ["step"] = step, ["epoch"] = epoch, ["learningRate"] = rate, ["loss"] = result.Total,
        ["parts"] = new JsonObject(result.Parts.Select(part => KeyValuePair.Create(part.Key, (JsonNode?)part.Value))),
        ["gradientNorm"] = result.GradientNorm, ["imagesPerSecond"] = Math.Round(imagesPerSecond, 1)
    });

    /// <summary>A judgement on the validation pairs.</summary>
    public void Judged(long step, IReadOnlyDictionary<string, double> accuracies) => Write(new JsonObject
    {
        ["step"] = step, ["accuracy"] = new JsonObject(accuracies.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value)))
    });

    /// <summary>An image that is left out, and why.</summary>
    public void Skipped(long step, string what) => Write(new JsonObject { ["step"] = step, ["skipped"] = what });

    /// <summary>Brings the lines to the file.</summary>
    /// <exception cref="InputException">The disk is full, or the file cannot be written.</exception>
    public void Flush() => Guard(_writer.Flush);

    /// <summary>Draws the losses and accuracies so far.</summary>
    public void DrawCurves()
    {
        Flush();
        TrainingCurves.Draw(_folder, _name, [.. Lines(_path)]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // Whatever ended the training is what the user must hear of; the log's last lines are the least of it.
        }
    }

    private void Write(JsonObject line) => Guard(() => _writer.WriteLine(line.ToJsonString()));

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (IOException fault)
        {
            throw new InputException($"{_path} could not be written: {fault.Message}. Free some space and start again: the training goes on from its last saved state", fault);
        }
    }

    /// <summary>The whole lines of a log; the last one may be cut off where the run was killed.</summary>
    private static IEnumerable<JsonObject> Lines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } text)
        {
            if (Parse(text) is { } line && StepOf(line) is not null) yield return line;
        }
    }

    private static long? StepOf(JsonObject line) => line["step"] is JsonValue value && value.TryGetValue<long>(out var step) ? step : null;

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
