using BTNet.Models;
using BTNet.Resolutions;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>A model's networks, one session a resolution, each made when it is first used. Safe for use from several threads.</summary>
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

    /// <summary>The session of a resolution. One that could not be made is tried again at the next call.</summary>
    /// <exception cref="InputException">Its graph cannot be run, or the package was replaced since it was opened.</exception>
    public ResolutionSession this[Resolution resolution]
    {
        get
        {
            var place = _places[resolution];
            lock (place.Gate) return place.Session ??= Make(place.Path);
        }
    }

    public void Dispose()
    {
        foreach (var place in _places.Values) place.Session?.Dispose();
        _weights?.Dispose();
    }

    private ResolutionSession Make(ResolutionGraph path)
    {
        using var options = Options();
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

    private SessionOptions Options()
    {
        try
        {
            return new SessionOptions { IntraOpNumThreads = _options.Threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        }
        catch (Exception fault) when (fault is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new InvalidOperationException("ONNX Runtime's native library is not beside the program: BTNet leaves the choice to you. Add the package Microsoft.ML.OnnxRuntime, or one for another device, to the program's project", fault);
        }
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

    /// <summary>Where a resolution's session is kept.</summary>
    private sealed class Place(ResolutionGraph path)
    {
        public ResolutionGraph Path { get; } = path;

        public Lock Gate { get; } = new();

        public ResolutionSession? Session { get; set; }
    }
}
