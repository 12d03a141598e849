using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Tests.Data;
using BTNet.Training.Tests.Golden;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Export;

/// <summary>Checkpoints of small networks, filled by the golden figures' formula.</summary>
internal static class SmallCheckpoint
{
    /// <summary>Of each kind of network, one that is quickly made.</summary>
    public static IReadOnlyDictionary<string, BackboneSpec> Specs { get; } = new Dictionary<string, BackboneSpec>
    {
        ["iresnet10"] = SmallNetworks.Spec, ["iresnet18"] = new() { Name = "iresnet18", Width = 4, EmbeddingSize = 16 }, ["mobilefacenet"] = new() { Name = "mobilefacenet", Width = 8, EmbeddingSize = 16 }
    };

    /// <param name="folder">Where to.</param>
    /// <param name="network">One of <see cref="Specs"/>.</param>
    /// <param name="sides">Its branches.</param>
    /// <param name="change">Does something to each weight before it is saved; null for nothing.</param>
    public static ModelDirectory Make(string folder, string network, IReadOnlyList<int> sides, Action<Weight>? change = null)
    {
        var model = new ModelDirectory(folder);
        model.Make();
        using var trunk = new Trunk(Specs[network]);
        Fill(trunk.Weights);
        model.Save(trunk, """{ "recipe": "none" }""");
        foreach (var side in sides)
        {
            using var branch = new Branch(trunk, Resolution.Of(side));
            Fill(branch.Weights);
            model.Save(branch, """{ "recipe": "none" }""");
        }

        return model;

        void Fill(IEnumerable<Weight> weights)
        {
            using var _ = no_grad();
            foreach (var weight in weights)
            {
                Wave.Fill(weight);
                change?.Invoke(weight);
            }
        }
    }

    public static FaceImage[] Faces(int count) => [.. Enumerable.Range(0, count).Select(i => TestFaces.Pattern(112, 112, i))];
}
