using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Training.Optimizers;

/// <summary>Exponential averages of tensors over the steps (Polyak and Juditsky, 1992): steadier than the last step's values while the learning rate is high.</summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly Tensor[] _live;
    private readonly Tensor[] _averages;
    private readonly double _decay;

    /// <param name="tensors">What is averaged.</param>
    /// <param name="decay">Share of the average that a step keeps, 0 to below 1. In the first steps less is kept.</param>
    public WeightAverage(IEnumerable<Tensor> tensors, double decay)
    {
        using var _ = no_grad();
        _live = [.. tensors];
        _averages = [.. _live.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];
        _decay = decay;
    }

    /// <summary>The averages, to save and to restore in place.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => _averages.Select((tensor, i) => ($"average.{i}", tensor));

    /// <summary>Takes in what a step made.</summary>
    /// <param name="step">The step, from 0.</param>
    public void Follow(long step)
    {
        using var _ = no_grad();
        var kept = Math.Min(_decay, (1.0 + step) / (10 + step));
        for (var i = 0; i < _live.Length; i++) _averages[i].mul_(LastingScalar.Of(kept)).add_(_live[i], alpha: LastingScalar.Of(1 - kept));
    }

    /// <summary>Exchanges the averages and the values that are trained. Twice is as before.</summary>
    public void Exchange()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        for (var i = 0; i < _live.Length; i++)
        {
            var trained = _live[i].detach().clone();
            _live[i].copy_(_averages[i]);
            _averages[i].copy_(trained);
        }
    }

    /// <summary>Puts the averages in place of what is trained until the result is disposed.</summary>
    public IDisposable Exchanged()
    {
        Exchange();
        return new Return(this);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _averages) tensor.Dispose();
    }

    private sealed class Return(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Exchange();
    }
}
