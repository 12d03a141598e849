using System.CommandLine;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data.Rendered;
using static TorchSharp.torch;

namespace BTNet.Benchmarks;

/// <summary><c>random-package</c>: a model package of any network with untrained weights, to measure speed and memory with.</summary>
internal static class RandomPackages
{
    public static Command Create()
    {
        var network = new Argument<string>("network") { Description = "Backbone and width, as iresnet50:64" };
        var output = new Argument<string>("folder") { Description = "Gets the checkpoint and the package, in folders of these names" };
        var command = new Command("random-package", "A model package of any network with untrained weights.") { network, output };
        command.SetAction(parsed => Console.WriteLine(Make(parsed.GetRequiredValue(network), parsed.GetRequiredValue(output)).Directory));
        return command;
    }

    /// <summary>A checkpoint and a package of it in a folder.</summary>
    public static ExportOutcome Make(string network, string folder)
    {
        var parts = network.Split(':');
        var model = new ModelDirectory(Path.Combine(folder, "checkpoint"));
        manual_seed(1);
        using (var trunk = new Trunk(new BackboneSpec { Name = parts[0], Width = int.Parse(parts[1]) }))
        {
            Settle(trunk.Convolutions);
            model.Make();
            model.Save(trunk, "{}");
            foreach (var side in new[] { 28, 14, 7 })
            {
                using var branch = new Branch(trunk, Resolution.Of(side));
                Settle(branch.Weights);
                model.Save(branch, "{}");
            }
        }

        FaceImage[] faces = [.. Enumerable.Range(0, 8).Select(new RenderedSource(1, 8, 1).Load)];
        return ModelExport.Run(model, Path.Combine(folder, "package"), faces);
    }

    /// <summary>As deviating from zero as keeps maps of about one size through a deep network, whose norms never saw a map.</summary>
    private static void Settle(IEnumerable<Weight> weights)
    {
        using var _ = no_grad();
        foreach (var weight in weights.Where(weight => weight.Kind == WeightKind.Convolution))
        {
            var inputs = weight.Tensor.NumberOfElements / weight.Tensor.shape[0];
            nn.init.normal_(weight.Tensor, 0, 1 / Math.Sqrt(inputs));
        }
    }
}
