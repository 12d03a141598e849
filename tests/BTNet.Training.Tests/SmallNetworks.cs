using BTNet.Training.Backbones;
using BTNet.Training.Losses;
using BTNet.Training.Tests.Golden;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

/// <summary>Networks small enough for a test, filled by a formula: no random state is touched that others share.</summary>
internal static class SmallNetworks
{
    public static readonly BackboneSpec Spec = new() { Name = "iresnet10", Width = 4, EmbeddingSize = 16 };

    public static Trunk Trunk(BackboneSpec? spec = null)
    {
        var trunk = new Trunk(spec ?? Spec);
        foreach (var weight in trunk.Weights) Wave.Fill(weight);
        return trunk;
    }

    public static CosineClassifier Classifier(int classes = 6)
    {
        using var weight = tensor(Wave.Values("classifier", classes * Spec.EmbeddingSize), classes, Spec.EmbeddingSize);
        return CosineClassifier.FromWeight(weight);
    }

    public static bool AreEqual(Tensor left, Tensor right)
    {
        using var scope = NewDisposeScope();
        return left.dtype == right.dtype && left.shape.SequenceEqual(right.shape) && left.detach().contiguous().bytes.SequenceEqual(right.detach().contiguous().bytes);
    }
}
