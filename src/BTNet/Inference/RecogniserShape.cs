using BTNet.Models;
using BTNet.Resolutions;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>What is found out of a recogniser that others trained, by its ONNX file and by running it on a black picture.</summary>
/// <param name="Input">What it expects, with the batch that it takes.</param>
/// <param name="EmbeddingSize">Numbers in an embedding.</param>
public sealed record RecogniserShape(ForeignInput Input, int EmbeddingSize)
{
    /// <summary>Opens a recogniser and runs it.</summary>
    /// <param name="onnx">The ONNX file.</param>
    /// <param name="input">What it expects; its <see cref="ForeignInput.Batch"/> is found out. Where <see cref="ForeignInput.Input"/> or
    /// <see cref="ForeignInput.Output"/> is empty, the graph's only one is meant.</param>
    /// <exception cref="InputException">The file cannot be run by ONNX Runtime, takes or gives something else, or has several inputs or outputs and none is named.</exception>
    public static RecogniserShape Of(string onnx, ForeignInput input)
    {
        ArgumentException.ThrowIfNullOrEmpty(onnx);
        ArgumentNullException.ThrowIfNull(input);
        if (!File.Exists(onnx)) throw new InputException($"{onnx}: there is no such file; expected a recogniser as ONNX");
        // Before anything is read by ONNX Runtime: its weights must lie beside it.
        foreach (var name in RecogniserPackage.DataOf(OnnxWeights.Read(onnx), onnx)) SpecialFile.Refuse(Path.Combine([Path.GetDirectoryName(Path.GetFullPath(onnx))!, .. name.Split('/')]), "weights of a recogniser");
        try
        {
            using var options = RuntimeOptions.Create(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            using var session = new InferenceSession(onnx, options);
            var named = input with { Input = Only(input.Input, session.InputNames, "inputs", onnx), Output = Only(input.Output, session.OutputNames, "outputs", onnx) };
            var fixedAt = session.InputMetadata.TryGetValue(named.Input, out var pixels) && pixels is { IsTensor: true, Dimensions: [> 0 and var faces, ..] } ? faces : (int?)null;
            named = named with { Batch = fixedAt };
            // With the batch, for which room is made next: what a file says of it may be anything.
            if (named.Faults().ToList() is { Count: > 0 } faults) throw new InputException(onnx, faults);
            if (ForeignGraph.Fault(session, named, Resolution.Full.Side) is { } fault) throw new InputException($"{onnx} {fault}");
            var size = Size(session, named, fixedAt ?? 1) ?? throw new InputException($"{onnx} gives no embeddings: '{named.Output}' has not as many numbers for each face");
            if (size > ManifestFaults.GreatestEmbedding) throw new InputException($"{onnx} gives embeddings of {size} numbers in '{named.Output}', expected 1 to {ManifestFaults.GreatestEmbedding}");
            // Some say that any number of faces is taken, and are made for one.
            return new RecogniserShape(fixedAt is null && !TakesTwo(session, named, size) ? named with { Batch = 1 } : named, size);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InputException($"{onnx} cannot be run by ONNX Runtime: {fault.Message.ReplaceLineEndings(" ").Trim()} Expected a recogniser as ONNX, with any files that its export wrote beside it", fault);
        }
    }

    private static string Only(string name, IReadOnlyList<string> names, string what, string onnx) => (name, names.Count) switch
    {
        ({ Length: > 0 }, _) => name,
        (_, 1) => names[0],
        _ => throw new InputException($"{onnx} has the {what} {ForeignGraph.Names(names)}; say which is meant")
    };

    private static bool TakesTwo(InferenceSession session, ForeignInput input, int size)
    {
        try
        {
            return Size(session, input, 2) == size;
        }
        catch (OnnxRuntimeException)
        {
            return false;
        }
    }

    /// <summary>Numbers of an embedding; null where they are not as many a face.</summary>
    private static int? Size(InferenceSession session, ForeignInput input, int faces)
    {
        var side = Resolution.Full.Side;
        using var pixels = OrtValue.CreateTensorValueFromMemory(new float[faces * 3 * side * side], [faces, 3, side, side]);
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var outputs = session.Run(run, [input.Input], [pixels], [input.Output]);
        var shape = outputs[0].GetTensorTypeAndShape();
        return shape.ElementCount > 0 && shape.Shape is [var first, ..] && first == faces && shape.ElementCount / faces is <= int.MaxValue and var size ? (int)size : null;
    }
}
