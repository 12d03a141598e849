using BTNet.Models;
using BTNet.Resolutions;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>A model's networks, one session a resolution, each made when it is first used.</summary>
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
    private readonly Lazy<SharedWeights> _weights;
    private readonly Dictionary<Resolution, Lazy<ResolutionSession>> _sessions;

    public Sessions(ModelPackage package, FaceEmbedderOptions options)
    {
        (_package, _options) = (package, options);
        var graphs = options.Int8
            ? package.Manifest.Int8 ?? throw new InputException($"{package.Directory} has no networks in 8-bit integers; `btnet quantize` adds them, or leave Int8 away")
            : package.Manifest.Graphs;
        _weights = new Lazy<SharedWeights>(() => new SharedWeights(package.PathOf(graphs.Weights.File), package.PathOf(graphs.Weights.Index)));
        _sessions = graphs.Paths.ToDictionary(path => path.Level(), path => new Lazy<ResolutionSession>(() => Make(path)));
    }

    public IEnumerable<Resolution> Resolutions => _sessions.Keys;

    /// <summary>The session of a resolution.</summary>
    /// <exception cref="InputException">Its graph cannot be run.</exception>
    public ResolutionSession this[Resolution resolution] => _sessions[resolution].Value;

    public void Dispose()
    {
        foreach (var session in _sessions.Values.Where(session => session.IsValueCreated)) session.Value.Dispose();
        if (_weights.IsValueCreated) _weights.Value.Dispose();
    }

    private ResolutionSession Make(ResolutionGraph path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = _options.Threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        // Between two calls the threads of one resolution would otherwise take cores from the next.
        options.AddSessionConfigEntry(StopSpinning, "1");
        if (_options.Int8)
        {
            // Weights become unsigned then, which is slower; it is not to be asked for elsewhere.
            if (ByteProducts.Overflow) options.AddSessionConfigEntry(KeepPrecision, "1");
        }
        else if (_options.Mode == InferenceMode.Shared)
        {
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED;
            options.AddSessionConfigEntry(DisabledOptimizers, Folding);
            options.AddSessionConfigEntry(DisablePrepacking, "1");
            _weights.Value.GiveTo(options);
        }

        _options.Configure?.Invoke(options);
        var session = new ResolutionSession(_package.PathOf(_options.Mode == InferenceMode.Fast ? path.FastGraph ?? path.Graph : path.Graph), path.Level(), _package.Manifest.EmbeddingSize, options);
        FreedMemory.ReturnToSystem();
        return session;
    }
}
