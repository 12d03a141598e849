using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Inference;

/// <summary>A recogniser that others trained, run from its ONNX file as a model package of it would be, without making one. Safe for use from several threads.</summary>
internal sealed class OnnxRecogniser : IEmbedder, IDisposable
{
    private const int UsualBatch = 8;

    private readonly ResolutionSession _session;
    private readonly int _batch;

    private OnnxRecogniser(ResolutionSession session, RecogniserShape shape, string description) =>
        (_session, _batch, EmbeddingSize, Description) = (session, shape.Input.BatchNear(UsualBatch), shape.EmbeddingSize, description);

    /// <inheritdoc />
    public string Description { get; }

    /// <inheritdoc />
    public int EmbeddingSize { get; }

    /// <inheritdoc />
    public IReadOnlyList<Resolution> Resolutions { get; } = [Resolution.Full];

    /// <param name="onnx">The ONNX file.</param>
    /// <param name="input">What it expects, as for <see cref="RecogniserShape.Of"/>.</param>
    /// <param name="called">What reports call the input.</param>
    /// <param name="remedy">A sentence without its full stop: what is to be done where it cannot be run.</param>
    /// <exception cref="InputException">It cannot be run, or takes something else than faces of 112 pixels.</exception>
    public static OnnxRecogniser Open(string onnx, ForeignInput input, string called, string remedy)
    {
        var shape = RecogniserShape.Of(onnx, input);
        using var options = RuntimeOptions.Create(Microsoft.ML.OnnxRuntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.InterOpNumThreads = 1;
        var path = new ResolutionGraph(Resolution.Full.Side, onnx, FastGraph: null, Parameters: null, MultiplyAccumulates: null, shape.Input);
        return new OnnxRecogniser(new ResolutionSession(onnx, path, shape.EmbeddingSize, options, remedy), shape, $"{onnx} ({called}, embedding {shape.EmbeddingSize})");
    }

    /// <inheritdoc />
    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        if (!resolution.IsFull) throw new ArgumentException($"there is no branch for {resolution}; there is {Resolution.Full}", nameof(resolution));
        var all = faces.ToArray();
        if (all.FirstOrDefault(face => face.Width != resolution.Side || face.Height != resolution.Side) is { } other)
            throw new ArgumentException($"a face of {other.Width} x {other.Height} pixels, expected {resolution} x {resolution}", nameof(faces));
        var values = new float[all.Length * EmbeddingSize];
        for (var start = 0; start < all.Length; start += _batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(_batch, all.Length - start);
            _session.Run(all.AsSpan(start, count), values.AsMemory(start * EmbeddingSize, count * EmbeddingSize), cancellation);
        }

        return new EmbeddingMatrix(all.Length, EmbeddingSize, values);
    }

    /// <inheritdoc />
    public void Dispose() => _session.Dispose();
}
