using System.Buffers;
using BTNet.Faces;
using BTNet.Resolutions;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>The network of one resolution. Safe for use from several threads.</summary>
internal sealed class ResolutionSession : IDisposable
{
    private static readonly string[] Inputs = ["pixels"];
    private static readonly string[] Outputs = ["embedding"];

    private readonly InferenceSession _session;
    private readonly string _graph;
    private readonly int _side;
    private readonly int _embeddingSize;

    /// <exception cref="InputException">The graph is none that takes faces of this resolution and gives embeddings of this size.</exception>
    public ResolutionSession(string graph, Resolution resolution, int embeddingSize, SessionOptions options)
    {
        (_graph, _side, _embeddingSize) = (graph, resolution.Side, embeddingSize);
        try
        {
            _session = new InferenceSession(graph, options);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InputException($"{graph} is no graph that ONNX Runtime can run: {fault.Message.ReplaceLineEndings(" ").Trim()} Export the model again", fault);
        }

        if (IsOurs()) return;
        _session.Dispose();
        throw new InputException($"{graph} is no graph of a model package for {resolution} pixels: expected pixels [N, 3, {_side}, {_side}] to embedding [N, {embeddingSize}], in 32-bit floats. Export the model again");
    }

    /// <summary>Embeds faces of this resolution's size.</summary>
    /// <param name="faces">The faces.</param>
    /// <param name="embeddings">Gets count x D numbers, row by row.</param>
    /// <param name="cancellation">Ends the work, also within the network.</param>
    /// <exception cref="InputException">The graph failed, or gave what is not finite.</exception>
    public void Run(ReadOnlySpan<FaceImage> faces, Memory<float> embeddings, CancellationToken cancellation)
    {
        var numbers = 3 * _side * _side;
        // Borrowed: a batch of full faces is more than a megabyte, which the collector would move to where it seldom looks.
        var pixels = ArrayPool<float>.Shared.Rent(faces.Length * numbers);
        try
        {
            for (var i = 0; i < faces.Length; i++) PixelPlanes.Write(faces[i].Pixels, pixels.AsSpan(i * numbers, numbers));
            Run(pixels.AsMemory(0, faces.Length * numbers), embeddings, faces.Length, cancellation);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pixels);
        }
    }

    private void Run(Memory<float> pixels, Memory<float> embeddings, int faces, CancellationToken cancellation)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, pixels, [faces, 3, _side, _side]);
        using var output = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, embeddings, [faces, _embeddingSize]);
        using var run = new RunOptions();
        using var _ = cancellation.Register(() => run.Terminate = true);
        try
        {
            _session.Run(run, Inputs, [input], Outputs, [output]);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new InputException($"{_graph} failed: {fault.Message.ReplaceLineEndings(" ").Trim()} If there is memory to spare and the faces are fine, the graph is at fault. Export the model again", fault);
        }

        // Pixels are bytes, so it is not the faces; compared, such embeddings would look like those of strangers.
        foreach (var value in embeddings.Span)
        {
            if (!float.IsFinite(value)) throw new InputException($"{_graph} gives embeddings that are not finite numbers: the package's weights are unsound. Export the model again, from a checkpoint with sound weights");
        }
    }

    public void Dispose() => _session.Dispose();

    private bool IsOurs() =>
        _session.InputMetadata is { Count: 1 } inputs && inputs.TryGetValue(Inputs[0], out var pixels) && pixels.IsTensor && pixels.ElementType == typeof(float) && pixels.Dimensions is [-1, 3, var height, var width] && height == _side && width == _side
        && _session.OutputMetadata is { Count: 1 } outputs && outputs.TryGetValue(Outputs[0], out var embedding) && embedding.IsTensor && embedding.ElementType == typeof(float) && embedding.Dimensions is [-1, var size] && size == _embeddingSize;
}
