using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// SGD with momentum and weight decay for a classifier of which a step uses some rows only. Rows left out of the step
/// stay exactly as they are, and so does their momentum, as in PartialFC: an ordinary dense SGD sees a zero gradient
/// there and would still decay them and coast on old momentum. With all rows it is torch's SGD.
/// </summary>
public sealed class ClassifierSgd : IDisposable
{
    private readonly CosineClassifier _classifier;
    private readonly double _momentum;
    private readonly double _weightDecay;
    private Tensor _buffer;

    /// <param name="classifier">Whose weight is trained; not owned.</param>
    /// <param name="momentum">From 0 to below 1; no dampening, no Nesterov.</param>
    /// <param name="weightDecay">L2 penalty, 0 or more, added to the gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public ClassifierSgd(CosineClassifier classifier, double momentum = 0.9, double weightDecay = 5e-4)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        if (!(momentum >= 0 && momentum < 1)) throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "expected 0 to below 1");
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
            throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "expected 0 or more");
        _classifier = classifier;
        _momentum = momentum;
        _weightDecay = weightDecay;
        _buffer = zeros_like(classifier.Weight, requires_grad: false).DetachFromDisposeScope();
    }

    /// <summary>The momentum of every row, <c>[classes, embedding size]</c> float32, for a checkpoint; zero at the start. Not to be disposed.</summary>
    public Tensor MomentumBuffer => _buffer;

    /// <summary>Puts back the momentum of a checkpoint; copied.</summary>
    /// <exception cref="InputException">Its shape is not the classifier's.</exception>
    public void Restore(Tensor momentumBuffer)
    {
        ArgumentNullException.ThrowIfNull(momentumBuffer);
        if (!momentumBuffer.shape.SequenceEqual(_buffer.shape))
        {
            throw new InputException(
                $"The checkpoint's classifier momentum is [{string.Join(", ", momentumBuffer.shape)}], the classifier is "
                + $"[{string.Join(", ", _buffer.shape)}]: they belong to different runs. Resume with the classifier that was saved beside it.");
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        _buffer.copy_(momentumBuffer);
    }

    /// <summary>Moves the weight against its gradient, which stays until <see cref="ZeroGrad"/>.</summary>
    /// <param name="learningRate">The step's learning rate, 0 or more.</param>
    /// <param name="classes"><c>[S]</c> int64, distinct: the rows that the step used; null for all.</param>
    /// <exception cref="InvalidOperationException">The weight has no gradient: no backward pass, or it is frozen.</exception>
    public void Step(double learningRate, Tensor? classes = null)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor weight = _classifier.Weight;
        var gradient = weight.grad
            ?? throw new InvalidOperationException("the classifier has no gradient: run backward first, and do not freeze it");
        if (classes is null)
        {
            gradient = gradient.add(weight, alpha: LastingScalar.Of(_weightDecay));
            _buffer.mul_(LastingScalar.Of(_momentum)).add_(gradient, LastingScalar.One);
            weight.add_(_buffer, alpha: LastingScalar.Of(-learningRate));
            return;
        }

        var rows = weight.index_select(0, classes);
        gradient = gradient.index_select(0, classes).add_(rows, alpha: LastingScalar.Of(_weightDecay));
        var momentum = _buffer.index_select(0, classes).mul_(LastingScalar.Of(_momentum)).add_(gradient, LastingScalar.One);
        _buffer.index_copy_(0, classes, momentum);
        weight.index_copy_(0, classes, rows.add_(momentum, alpha: LastingScalar.Of(-learningRate)));
    }

    /// <summary>Forgets the gradient before the next backward pass.</summary>
    public void ZeroGrad()
    {
        using var scope = NewDisposeScope();
        _classifier.zero_grad();
    }

    /// <summary>Frees the momentum.</summary>
    public void Dispose() => _buffer.Dispose();
}
