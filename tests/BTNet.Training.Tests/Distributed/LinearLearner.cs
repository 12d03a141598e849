using System.Collections.ObjectModel;
using BTNet.Embeddings;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Optimizers;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Distributed;

/// <summary>One matrix over shrunken images and a classifier: no batch norm, whose statistics are each rank's own, so that
/// ranks with shares of a batch must learn what one process learns from all of it.</summary>
internal sealed class LinearLearner : ILearner
{
    private const int Inputs = 3 * 4 * 4;
    private const int Width = 8;

    private readonly Parameter _matrix = new(arange(Width * Inputs, dtype: ScalarType.Float32).sin().reshape(Width, Inputs));
    private readonly GradientExchange? _exchange;
    private readonly IdentityHead _head;
    private readonly Sgd _optimizer;

    public LinearLearner(IProcessGroup group, int identities, double sampleRate)
    {
        _matrix.DetachFromDisposeScope();
        _head = new IdentityHead(new CosineClassifier(identities, Width, seed: 3), new MarginOptions { Margin = 0.2, Scale = 8, SampleRate = sampleRate }, new OptimizationOptions(), seed: 5, group);
        _optimizer = new Sgd([_matrix], momentum: 0.9, weightDecay: 5e-4);
        _exchange = GradientExchange.Of(group, _optimizer.Parameters);
    }

    /// <summary>The step at which this rank's images give no number; null for never.</summary>
    public long? NotANumberAt { get; init; }

    public string Name => "trunk";

    public MapForm Form => MapForm.Default;

    public StepProbe? Probe { get; set; }

    public IEmbedder Embedder => throw new NotSupportedException();

    public IEnumerable<(string Name, Tensor Tensor)> State => [("matrix", _matrix), .. _optimizer.State, .. _head.State];

    public IReadOnlyDictionary<string, RowShards> Shards => _head.Shards;

    public IReadOnlyList<double> LossState => _head.LossState;

    public void RestoreLoss(IReadOnlyList<double> state) => _head.RestoreLoss(state);

    public StepResult Step(FaceBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        _optimizer.ZeroGradients();
        var images = FaceTensor.FromPlanar(batch.Full, batch.Count, 112);
        var embeddings = nn.functional.linear(nn.functional.adaptive_avg_pool2d(images, 4).reshape(batch.Count, -1), _matrix);
        if (batch.Step == NotANumberAt) embeddings *= float.NaN;
        var loss = _head.Loss(embeddings, tensor(batch.Labels), batch.Step);
        if (_exchange is null) loss.backward();
        else _exchange.Backward(loss);
        var norm = GradientClipping.Clip(_optimizer.Parameters, 5);
        _optimizer.Step(learningRate);
        _head.Step(learningRate);
        return new StepResult(loss.item<float>(), ReadOnlyDictionary<string, double>.Empty, norm) { OwnIsFinite = embeddings.isfinite().all().item<bool>() };
    }

    public void Publish(ModelDirectory model, string provenance) => _head.Save(classifier =>
        TensorFile.Write(Path.Combine(model.Path, "linear.safetensors"), [("matrix", _matrix), ("classifier", classifier.Weight)], new Dictionary<string, string>()));

    public void Dispose()
    {
        _exchange?.Dispose();
        _optimizer.Dispose();
        _head.Dispose();
        _matrix.Dispose();
    }
}
