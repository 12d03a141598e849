using BTNet.Faces;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data.Rendered;
using TorchSharp;

namespace BTNet.Training.Tests.Quantization;

/// <summary>A package of a small network with a branch for 14, whose weights and norms follow a formula.</summary>
internal static class SmallPackage
{
    /// <summary>Drawn faces.</summary>
    public static FaceImage[] Faces(int count) => [.. Enumerable.Range(0, count).Select(new RenderedSource(1, count, 1).Load)];

    /// <param name="folder">Gets checkpoint and package.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="settled">Whether maps keep about one size from layer to layer, as those of trained networks do; by formula alone they do not,
    /// and rounding is then most of what comes out.</param>
    public static ModelPackage Make(string folder, string backbone, bool settled = false)
    {
        var model = new ModelDirectory(Path.Combine(folder, "checkpoint"));
        var spec = new BackboneSpec { Name = backbone, Width = 4, EmbeddingSize = 16 };
        using (var trunk = settled ? new Trunk(spec) : SmallNetworks.Trunk(spec))
        {
            if (settled) Settle(trunk.Weights);
            using var branch = new Branch(trunk, Resolution.Of(14));
            if (settled) Settle(branch.Weights);
            model.Make();
            model.Save(trunk, "{}");
            model.Save(branch, "{}");
        }

        return ModelPackage.Open(ModelExport.Run(model, Path.Combine(folder, "package"), Faces(2)).Directory);
    }

    private static void Settle(IEnumerable<Weight> weights)
    {
        var random = new Random(1);
        foreach (var weight in weights.Where(weight => weight.Kind is WeightKind.Convolution or WeightKind.Linear))
        {
            var deviation = Math.Sqrt(3.0 * weight.Tensor.shape[0] / weight.Tensor.NumberOfElements);
            float[] values = [.. Enumerable.Range(0, (int)weight.Tensor.NumberOfElements).Select(_ => (float)(((2 * random.NextDouble()) - 1) * deviation))];
            using var filled = torch.tensor(values, weight.Tensor.shape);
            using var _ = torch.no_grad();
            weight.Tensor.copy_(filled);
        }
    }
}
