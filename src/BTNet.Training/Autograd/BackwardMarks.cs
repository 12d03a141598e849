using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace BTNet.Training.Autograd;

/// <summary>The marks of one pass forward and back after another: who sets them is told how far the backward pass has come.
/// Gradients of weights that are used after a mark only are complete when it is reached, as autograd adds each up as soon
/// as it is ready.</summary>
internal sealed class BackwardMarks : IDisposable
{
    private readonly List<Tensor> _marks = [];
    private readonly Tensor _token;
    private ExceptionDispatchInfo? _fault;

    /// <param name="device">Where the network computes, as every device has a queue of nodes of its own; null for the CPU.</param>
    public BackwardMarks(Device? device = null) => _token = zeros(1, device: device, requires_grad: true).DetachFromDisposeScope();

    /// <summary>Sets a mark in the forward pass, unless it is one without gradients.</summary>
    /// <param name="reached">Called in the backward pass, when that of all that is made from here on is done.</param>
    public void Add(Action reached)
    {
        if (is_grad_enabled()) _marks.Add(BackwardMark.Make(_token, () => Reach(reached)).DetachFromDisposeScope());
    }

    /// <summary>The backward pass of the loss and the marks, which are forgotten. What a mark's call throws comes out of here, and no
    /// mark behind it is told.</summary>
    public void RunBackward(Tensor loss)
    {
        _fault = null;
        try
        {
            autograd.backward([loss, .. _marks]);
        }
        finally
        {
            Drop();
        }

        _fault?.Throw();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Drop();
        _token.Dispose();
    }

    // Autograd calls from native code, which no exception may pass through.
    private void Reach(Action reached)
    {
        if (_fault is not null) return;
        try
        {
            reached();
        }
        catch (Exception fault)
        {
            _fault = ExceptionDispatchInfo.Capture(fault);
        }
    }

    private void Drop()
    {
        foreach (var mark in _marks) mark.Dispose();
        _marks.Clear();
    }
}
