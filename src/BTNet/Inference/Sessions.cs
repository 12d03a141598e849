using System.Runtime.ExceptionServices;
using BTNet.Faces;
using BTNet.Models;
using BTNet.Resolutions;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>A model's networks, one session a resolution (in 8-bit integers one for lone faces and one for several), each made when it is first used. Safe for use from several threads.</summary>
internal sealed class Sessions : IDisposable
{
    // Names and values of ONNX Runtime's own.
    private const string DisabledOptimizers = "optimization.disable_specified_optimizers";
    private const string DisablePrepacking = "session.disable_prepacking";
    private const string StopSpinning = "session.force_spinning_stop";
    private const string KeepPrecision = "session.x64quantprecision";

    /// <summary>What would make weights a session's own: each changes a convolution's.</summary>
    private const string Folding = "ConvBNFusion;ConvMulFusion;ConvAddFusion;ConstantFolding";

    private readonly ModelPackage _package;
    private readonly FaceEmbedderOptions _options;
    private readonly ModelGraphs _graphs;
    private readonly Dictionary<Resolution, Place> _places;
    private readonly Lock _weightsGate = new();
    private SharedWeights? _weights;

    public Sessions(ModelPackage package, FaceEmbedderOptions options)
    {
        (_package, _options) = (package, options);
        _graphs = options.Int8
            ? package.Manifest.Int8 ?? throw new InputException($"{package.Directory} has no networks in 8-bit integers; `btnet quantize` adds them, or leave Int8 away")
            : package.Manifest.Graphs;
        _places = _graphs.Paths.ToDictionary(path => path.Level(), path => new Place(path));
    }

    public IEnumerable<Resolution> Resolutions => _places.Keys;

    /// <summary>Every manifest with a graph of ours has them.</summary>
    private StoredWeights Stored => _graphs.Weights!;

    private string[] StoredFiles => [Stored.File, Stored.Index];

    /// <summary>What a resolution's network expects where it is not of our making; null for ours.</summary>
    public ForeignInput? Input(Resolution resolution) => _places[resolution].Path.Input;

    /// <summary>Embeds faces of one resolution. A session that could not be made is tried again at the next call.</summary>
    /// <param name="resolution">Their resolution.</param>
    /// <param name="faces">The faces.</param>
    /// <param name="embeddings">Gets count x D numbers, row by row.</param>
    /// <param name="cancellation">Ends the work, also within the network.</param>
    /// <exception cref="InputException">The graph cannot be run or gives what is not finite, or the package was replaced since it was opened.</exception>
    public void Run(Resolution resolution, ReadOnlyMemory<FaceImage> faces, Memory<float> embeddings, CancellationToken cancellation)
    {
        // What others trained gets the batch that was asked for: its bits depend on it.
        var parts = _places[resolution].Path.Input is null ? Math.Min(faces.Length, PartsAtMost) : 1;
        if (parts < 2)
        {
            Session(resolution, threads: _options.Threads).Run(faces.Span, embeddings, cancellation);
            return;
        }

        var (session, size) = (Session(resolution, threads: 1), embeddings.Length / faces.Length);
        try
        {
            Parallel.For(0, parts, part =>
            {
                var (start, end) = (part * faces.Length / parts, (part + 1) * faces.Length / parts);
                session.Run(faces.Span[start..end], embeddings[(start * size)..(end * size)], cancellation);
            });
        }
        catch (AggregateException faults)
        {
            ExceptionDispatchInfo.Throw(faults.InnerExceptions[0]);
        }
    }

    public void Dispose()
    {
        foreach (var session in _places.Values.SelectMany(place => place.Sessions.Values)) session.Dispose();
        _weights?.Dispose();
    }

    /// <summary>In how many parts a call's faces go through the network, each with a thread of its own. In integers ONNX Runtime computes face after face, and within one it has
    /// less to do between two meetings of its threads than these cost.</summary>
    private int PartsAtMost => !_options.Int8 || _options.Mode == InferenceMode.Standard ? 1 : _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount;

    private ResolutionSession Session(Resolution resolution, int threads)
    {
        var place = _places[resolution];
        lock (place.Gate)
        {
            if (!place.Sessions.TryGetValue(threads, out var session)) place.Sessions.Add(threads, session = Make(place.Path, threads));
            return session;
        }
    }

    private ResolutionSession Make(ResolutionGraph path, int threads)
    {
        using var options = RuntimeOptions.Create(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        (options.IntraOpNumThreads, options.InterOpNumThreads) = (threads, 1);
        // Between two calls the threads of one resolution would otherwise take cores from the next.
        options.AddSessionConfigEntry(StopSpinning, "1");
        // What others trained runs as they would run it.
        if (path.Input is not null) RequireOwnData(path);
        else if (_options.Int8) KeepPrecisionOf(options);
        else if (_options.Mode == InferenceMode.Shared) Share(options);
        _options.Configure?.Invoke(options);
        var graph = _options.Mode == InferenceMode.Fast ? path.FastGraph ?? path.Graph : path.Graph;
        var session = new ResolutionSession(_package.PathOf(graph), path, _package.Manifest.EmbeddingSize, options);
        // Embeddings of two models do not compare, and a package may be replaced while a program runs.
        if (!_package.StillHas(path.Input is null ? [graph, .. StoredFiles] : [.. path.OwnFiles]))
        {
            session.Dispose();
            throw Replaced();
        }

        FreedMemory.ReturnToSystem();
        return session;
    }

    private static void KeepPrecisionOf(SessionOptions options)
    {
        // Weights become unsigned then, which is slower; it is not to be asked for elsewhere.
        if (ByteProducts.Overflow) options.AddSessionConfigEntry(KeepPrecision, "1");
    }

    private void Share(SessionOptions options)
    {
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED;
        options.AddSessionConfigEntry(DisabledOptimizers, Folding);
        options.AddSessionConfigEntry(DisablePrepacking, "1");
        Weights().GiveTo(options);
    }

    /// <summary>A graph of others may name any file; only the package's are read.</summary>
    private void RequireOwnData(ResolutionGraph path)
    {
        var graph = _package.PathOf(path.Graph);
        var folder = path.Graph[..(path.Graph.LastIndexOf('/') + 1)];
        var others = RecogniserPackage.DataOf(OnnxWeights.Read(graph), graph).Where(name => path.Data?.Contains(folder + name) != true).ToList();
        if (others.Count > 0) throw new InputException($"{graph} takes weights from {string.Join(", ", others)}, which the package does not name as its data. Make the package again from the recogniser");
    }

    private SharedWeights Weights()
    {
        lock (_weightsGate)
        {
            if (_weights is not null) return _weights;
            var weights = new SharedWeights(_package.PathOf(Stored.File), _package.PathOf(Stored.Index));
            // Kept for later sessions, when the package may be the earlier one again.
            if (_package.StillHas(StoredFiles)) return _weights = weights;
            weights.Dispose();
            throw Replaced();
        }
    }

    private InputException Replaced() => new($"{_package.Directory} was replaced by another model since it was loaded; load it again, and make the embeddings of the earlier one anew");

    /// <summary>Where a resolution's sessions are kept.</summary>
    private sealed class Place(ResolutionGraph path)
    {
        public ResolutionGraph Path { get; } = path;

        public Lock Gate { get; } = new();

        /// <summary>By their number of threads.</summary>
        public Dictionary<int, ResolutionSession> Sessions { get; } = [];
    }
}
