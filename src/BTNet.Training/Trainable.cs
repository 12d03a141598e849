using BTNet.Training.Backbones;
using TorchSharp.Modules;

namespace BTNet.Training;

/// <summary>Says which weights get gradients.</summary>
internal static class Trainable
{
    /// <summary>Gradients for the trained weights, none for the others.</summary>
    /// <returns>The trained parameters.</returns>
    public static IReadOnlyList<Parameter> Only(IEnumerable<Weight> all, IEnumerable<Weight> trained)
    {
        Freeze(all);
        List<Parameter> parameters = [.. trained.Select(weight => (Parameter)weight.Tensor)];
        foreach (var parameter in parameters) parameter.requires_grad = true;
        return parameters;
    }

    /// <summary>No gradients.</summary>
    public static void Freeze(IEnumerable<Weight> weights)
    {
        foreach (var weight in weights.Where(weight => weight.IsParameter)) weight.Tensor.requires_grad = false;
    }
}
