using System.Buffers;
using BTNet.Faces;
using BTNet.Models;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>The network of one resolution. Safe for use from several threads.</summary>
internal sealed class ResolutionSession : IDisposable
{
    private const string Pixels = "pixels", Embedding = "embedding";
    private const string Again = "Export the model again", ForeignAgain = "Copy the package again, or make it again from the recogniser";

    private readonly InferenceSession _session;
    private readonly string _graph;
    private readonly string _remedy;
    private readonly int _side;
    private readonly int _embeddingSize;
    private readonly ForeignInput? _input;
    private readonly ForeignPixels? _foreign;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    /// <param name="graph">The ONNX file.</param>
    /// <param name="path">What the package says of it.</param>
    /// <param name="embeddingSize">Numbers in an embedding.</param>
    /// <param name="options">How ONNX Runtime is to run it.</param>
    /// <param name="remedy">What is to be done where it cannot be run; null for what is to be done with a package.</param>
    /// <exception cref="InputException">The graph is none that takes faces of this resolution and gives embeddings of this size.</exception>
    public ResolutionSession(string graph, ResolutionGraph path, int embeddingSize, SessionOptions options, string? remedy = null)
    {
        (_graph, _side, _embeddingSize, _input) = (graph, path.Resolution, embeddingSize, path.Input);
        _remedy = remedy ?? (_input is null ? Again : ForeignAgain);
        _foreign = _input is null ? null : new ForeignPixels(_input);
        (_inputs, _outputs) = ([_input?.Input ?? Pixels], [_input?.Output ?? Embedding]);
        try
        {
            _session = new InferenceSession(graph, options);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InputException($"{graph} is no graph that ONNX Runtime can run: {fault.Message.ReplaceLineEndings(" ").Trim()} {_remedy}", fault);
        }

        if (Fault() is not { } wrong) return;
        _session.Dispose();
        throw new InputException($"{graph} {wrong}. {_remedy}");
    }

    /// <summary>Embeds faces of this resolution's size.</summary>
    /// <param name="faces">The faces.</param>
    /// <param name="embeddings">Gets count x D numbers, row by row.</param>
    /// <param name="cancellation">Ends the work, also within the network.</param>
    /// <exception cref="InputException">The graph failed, or gave what is not finite.</exception>
    public void Run(ReadOnlySpan<FaceImage> faces, Memory<float> embeddings, CancellationToken cancellation)
    {
        var batch = _input?.Batch ?? faces.Length;
        for (var start = 0; start < faces.Length; start += batch)
        {
            var some = faces.Slice(start, Math.Min(batch, faces.Length - start));
            Run(some, batch, embeddings.Slice(start * _embeddingSize, some.Length * _embeddingSize), cancellation);
        }
    }

    /// <param name="faces">At most as many as the graph is given.</param>
    /// <param name="batch">As many.</param>
    private void Run(ReadOnlySpan<FaceImage> faces, int batch, Memory<float> embeddings, CancellationToken cancellation)
    {
        var numbers = 3 * _side * _side;
        // Borrowed: a batch of full faces is more than a megabyte, which the collector would move to where it seldom looks.
        var pixels = ArrayPool<float>.Shared.Rent(batch * numbers);
        try
        {
            for (var i = 0; i < faces.Length; i++)
            {
                var planes = pixels.AsSpan(i * numbers, numbers);
                if (_foreign is null) PixelPlanes.Write(faces[i].Pixels, planes);
                else _foreign.Write(faces[i].Pixels, planes);
            }

            // What was there before may be no numbers, which make a processor slow.
            pixels.AsSpan(faces.Length * numbers, (batch - faces.Length) * numbers).Clear();
            Run(pixels.AsMemory(0, batch * numbers), embeddings, batch, cancellation);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    private void Run(Memory<float> pixels, Memory<float> embeddings, int faces, CancellationToken cancellation)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels, [faces, 3, _side, _side]);
        using var run = new RunOptions();
        using var _ = cancellation.Register(() => run.Terminate = true);
        try
        {
            if (_input is null) Ours(run, input, embeddings, faces);
            else Foreign(run, input, embeddings, faces);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InputException($"{_graph} failed: {fault.Message.ReplaceLineEndings(" ").Trim()} If there is memory to spare and the faces are fine, the graph is at fault. {_remedy}", fault);
        }

        // Pixels are bytes, so it is not the faces; compared, such embeddings would look like those of strangers.
        foreach (var value in embeddings.Span)
        {
            if (!float.IsFinite(value)) throw new InputException($"{_graph} gives embeddings that are not finite numbers: {(_input is null ? $"the package's weights are unsound. {Again}, from a checkpoint with sound weights" : $"its weights are unsound, or it expects other pixels than was said. {_remedy}")}");
        }
    }

    private void Ours(RunOptions run, OrtValue input, Memory<float> embeddings, int faces)
    {
        using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, embeddings, [faces, _embeddingSize]);
        _session.Run(run, _inputs, [input], _outputs, [output]);
    }

    /// <summary>Others give embeddings in shapes that say less than they should, such as <c>[1, D]</c> for any number of faces, so ONNX Runtime makes room for them.</summary>
    private void Foreign(RunOptions run, OrtValue input, Memory<float> embeddings, int faces)
    {
        using var outputs = _session.Run(run, _inputs, [input], _outputs);
        var shape = outputs[0].GetTensorTypeAndShape();
        if (shape.Shape is not [var first, ..] || first != faces || shape.ElementCount != (long)faces * _embeddingSize)
            throw new InputException($"{_graph} gives '{_outputs[0]}' [{string.Join(", ", shape.Shape)}] of {faces} faces, expected {_embeddingSize} numbers for each. {_remedy}");
        outputs[0].GetTensorDataAsSpan<float>()[..embeddings.Length].CopyTo(embeddings.Span);
    }

    public void Dispose() => _session.Dispose();

    private string? Fault() => _input is not null ? ForeignGraph.Fault(_session, _input, _side) : IsOurs()
        ? null
        : $"is no graph of a model package for {_side} pixels: expected {Pixels} [N, 3, {_side}, {_side}] to {Embedding} [N, {_embeddingSize}], in 32-bit floats";

    private bool IsOurs() =>
        _session.InputMetadata is { Count: 1 } inputs && inputs.TryGetValue(Pixels, out var pixels) && pixels.IsTensor && pixels.ElementType == typeof(float) && pixels.Dimensions is [-1, 3, var height, var width] && height == _side && width == _side
        && _session.OutputMetadata is { Count: 1 } outputs && outputs.TryGetValue(Embedding, out var embedding) && embedding.IsTensor && embedding.ElementType == typeof(float) && embedding.Dimensions is [-1, var size] && size == _embeddingSize;
}
