using BTNet.Training.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Optimizers;

/// <summary>Scales gradients down together when their total norm is too large, as torch.nn.utils.clip_grad_norm_.</summary>
public static class GradientClipping
{
    /// <summary>Clips in place.</summary>
    /// <param name="parameters">Whose gradients to clip.</param>
    /// <param name="greatestNorm">The Euclidean norm over all of them that is allowed.</param>
    /// <returns>The norm before.</returns>
    public static double Clip(IEnumerable<Parameter> parameters, double greatestNorm)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var gradients = parameters.Select(parameter => parameter.grad).OfType<Tensor>().ToList();
        if (gradients.Count == 0) return 0;
        var norm = stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
        var scale = greatestNorm / (norm + 1e-6);
        if (scale < 1)
        {
            foreach (var gradient in gradients) gradient.mul_(LastingScalar.Of(scale));
        }

        return norm;
    }
}
