using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Inference;

/// <summary>
/// Turns faces of any size into embeddings that compare with each other: each goes to the branch made for its size (the paper,
/// section 3), run by ONNX Runtime. Safe for use from several threads. When it is disposed, calls that are running come to their end,
/// and its memory is free with the last of them.
/// </summary>
public sealed class FaceEmbedder : IEmbedder, IDisposable
{
    private readonly FaceEmbedderOptions _options;
    private readonly Sessions _sessions;
    private readonly LastUse _uses;
    private readonly ResolutionLadder _ladder;

    private FaceEmbedder(ModelPackage package, FaceEmbedderOptions options)
    {
        (Package, _options) = (package, options);
        _sessions = new Sessions(package, options);
        _uses = new LastUse(this, _sessions.Dispose);
        _ladder = new ResolutionLadder(_sessions.Resolutions);
    }

    /// <summary>The model.</summary>
    public ModelPackage Package { get; }

    /// <inheritdoc />
    public string Description => $"{Package.Manifest.Backbone} ({(Package.Manifest.Width is { } width ? $"width {width}, " : "")}embedding {EmbeddingSize}){(_options.Int8 ? " in 8-bit integers" : "")} from {Package.Directory}, {_options.Mode} mode";

    /// <summary>Which model this is, for who keeps its embeddings. In 8-bit integers it is another one than in single precision, whose embeddings compare.</summary>
    public EmbeddingModel Model => new(Package.Fingerprint + Kind, Package.Manifest.Trunk, EmbeddingSize, $"{Package.Manifest.Backbone} ({System.IO.Path.GetFileName(Package.Directory)})") { Networks = Package.Networks + Kind };

    private string Kind => _options.Int8 ? "-int8" : "";

    /// <inheritdoc />
    public int EmbeddingSize => Package.Manifest.EmbeddingSize;

    /// <inheritdoc />
    public IReadOnlyList<Resolution> Resolutions => _ladder.Rungs;

    /// <summary>Loads a model package. The networks themselves are made ready when a face first needs them.</summary>
    /// <param name="directory">The folder that <c>btnet export</c> wrote.</param>
    /// <param name="options">How to work; null for the defaults.</param>
    /// <exception cref="InputException">No package, a damaged one, or options with faults; all are named.</exception>
    public static FaceEmbedder Load(string directory, FaceEmbedderOptions? options = null)
    {
        options ??= new FaceEmbedderOptions();
        var faults = options.Faults().ToList();
        if (faults.Count > 0) throw new InputException("the options of the embedder", faults);
        return new FaceEmbedder(ModelPackage.Open(directory, options.Verify), options);
    }

    /// <summary>The branch that a face of this size goes to, and why.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    public BranchChoice Choose(int width, int height) =>
        new(_ladder.Choose(width, height, _options.Indicator, _options.Rule), width, height, _options.Indicator, _options.Rule);

    /// <summary>Embeds a face.</summary>
    /// <param name="face">An aligned crop of any size: see <see cref="Models.Preprocessing"/> for where its points lie.</param>
    /// <param name="cancellation">Ends the work, also within the network.</param>
    /// <exception cref="InputException">The branch's graph cannot be run or gives embeddings that are not finite, or the package was replaced since it was loaded.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public FaceEmbedding Embed(FaceImage face, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(face);
        return Embed([face], cancellation)[0];
    }

    /// <summary>Embeds faces of any sizes: those of one branch together.</summary>
    /// <param name="faces">Aligned crops; none is allowed.</param>
    /// <param name="cancellation">Ends the work, also within the network.</param>
    /// <exception cref="InputException">As for a single face.</exception>
    /// <exception cref="ArgumentException">One of the faces is null.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing of the result is to be had.</exception>
    /// <returns>An embedding a face, in the order of the faces.</returns>
    public IReadOnlyList<FaceEmbedding> Embed(IReadOnlyList<FaceImage> faces, CancellationToken cancellation = default)
    {
        var all = All(faces);
        using var use = _uses.Begin();
        var choices = Array.ConvertAll(all, face => Choose(face.Width, face.Height));
        var embeddings = new FaceEmbedding[all.Length];
        foreach (var branch in Enumerable.Range(0, all.Length).GroupBy(i => choices[i].Branch))
        {
            var (side, rows) = (branch.Key.Side, branch.ToArray());
            for (var start = 0; start < rows.Length; start += BatchSize(branch.Key))
            {
                cancellation.ThrowIfCancellationRequested();
                var batch = rows.AsSpan(start, Math.Min(BatchSize(branch.Key), rows.Length - start));
                var resized = new FaceImage[batch.Length];
                for (var i = 0; i < batch.Length; i++) resized[i] = FaceResizer.Resize(all[batch[i]], side, side, _options.Kernel);
                var values = new float[batch.Length * EmbeddingSize];
                _sessions.Run(branch.Key, resized, values, cancellation);
                for (var i = 0; i < batch.Length; i++) embeddings[batch[i]] = new FaceEmbedding(values.AsSpan(i * EmbeddingSize, EmbeddingSize).ToArray(), choices[batch[i]]);
            }
        }

        return embeddings;
    }

    /// <summary><see cref="Embed(FaceImage, CancellationToken)"/> on a thread of the pool.</summary>
    public Task<FaceEmbedding> EmbedAsync(FaceImage face, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(face);
        return Task.Run(() => Embed(face, cancellation), cancellation);
    }

    /// <summary><see cref="Embed(IReadOnlyList{FaceImage}, CancellationToken)"/> on a thread of the pool.</summary>
    public Task<IReadOnlyList<FaceEmbedding>> EmbedAsync(IReadOnlyList<FaceImage> faces, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        return Task.Run(() => Embed(faces, cancellation), cancellation);
    }

    /// <inheritdoc />
    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        var all = All(faces);
        using var use = _uses.Begin();
        if (!Resolutions.Contains(resolution)) throw new ArgumentException($"there is no branch for {resolution}; there is {string.Join(", ", Resolutions)}", nameof(resolution));
        if (all.FirstOrDefault(face => face.Width != resolution.Side || face.Height != resolution.Side) is { } other)
            throw new ArgumentException($"a face of {other.Width} x {other.Height} pixels, expected {resolution} x {resolution}", nameof(faces));
        var values = new float[all.Length * EmbeddingSize];
        for (var start = 0; start < all.Length; start += BatchSize(resolution))
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(BatchSize(resolution), all.Length - start);
            _sessions.Run(resolution, all.AsMemory(start, count), values.AsMemory(start * EmbeddingSize, count * EmbeddingSize), cancellation);
        }

        return new EmbeddingMatrix(all.Length, EmbeddingSize, values);
    }

    /// <inheritdoc />
    public void Dispose() => _uses.Dispose();

    /// <summary>The list as it is now, whatever its owner does to it meanwhile.</summary>
    private static FaceImage[] All(IReadOnlyList<FaceImage> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        var all = faces.ToArray();
        return Array.IndexOf(all, null) is var missing and >= 0 ? throw new ArgumentException($"the face at index {missing} is null", nameof(faces)) : all;
    }

    private int BatchSize(Resolution resolution)
    {
        var wanted = _options.BatchSize > 0 ? _options.BatchSize : resolution.Side >= 56 ? 8 : 32;
        return _sessions.Input(resolution)?.BatchNear(wanted) ?? wanted;
    }
}
