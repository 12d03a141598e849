using System.Numerics.Tensors;
using System.Text.Json;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data.Rendered;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Export;

public sealed class ModelExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Networks => [.. SmallCheckpoint.Specs.Keys];

    private string Target => _folder.File("package");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void ONNX_Runtime_gives_the_embeddings_of_torch_at_every_resolution_in_every_mode(string network)
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), network, [56, 28, 14, 7]);

        var outcome = ModelExport.Run(model, Target, SmallCheckpoint.Faces(3));

        Assert.Equal([112, 56, 28, 14, 7], outcome.Checks.Select(check => check.Resolution.Side));
        AssertAgree(model, SmallCheckpoint.Faces(9));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void On_real_faces_they_agree_as_well(string network)
    {
        var people = SharedData.Require("lfw", "faces");
        FaceImage[] faces = [.. Directory.GetDirectories(people).Order(StringComparer.Ordinal).Take(12).Select(person => FaceDecoder.DecodeFile(Directory.GetFiles(person).Order(StringComparer.Ordinal).First()))];
        var model = SmallCheckpoint.Make(_folder.File("model"), network, [28, 14, 7]);

        ModelExport.Run(model, Target, faces[..4]);

        AssertAgree(model, faces);
    }

    [Fact]
    public void Slopes_beyond_one_and_below_zero_are_written_right_too()
    {
        var slopes = 0;
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [14], weight =>
        {
            if (weight.Kind != WeightKind.Slope) return;
            slopes++;
            weight.Tensor[0].fill_(1.75f);
            weight.Tensor[1].fill_(-0.5f);
            weight.Tensor[2].fill_(1f);
        });

        ModelExport.Run(model, Target, SmallCheckpoint.Faces(3));

        Assert.True(slopes > 3);
        AssertAgree(model, SmallCheckpoint.Faces(5));
    }

    [Fact]
    public void Other_files_in_an_earlier_package_are_named_and_stay()
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [7]);
        ModelExport.Run(model, Target, SmallCheckpoint.Faces(2));
        var notes = Path.Combine(Target, "notes.txt");
        File.WriteAllText(notes, "mine");

        Assert.Contains("notes.txt", Assert.Throws<InputException>(() => ModelExport.Run(model, Target, SmallCheckpoint.Faces(2))).Message, StringComparison.Ordinal);

        Assert.Equal("mine", File.ReadAllText(notes));
    }

    [Fact]
    public void Options_that_are_none_are_refused_each_by_name()
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [7]);
        var options = new ExportOptions { Branches = [Resolution.Of(7), Resolution.Of(7), Resolution.Full], Tolerance = double.NaN };

        var fault = Assert.Throws<InputException>(() => ModelExport.Run(model, Target, SmallCheckpoint.Faces(2), options));

        Assert.Equal(["Branches has 7 more than once, expected each once", "Branches has 112, expected those beside the trunk alone", "Tolerance is no number, expected one such as 1e-4"], fault.Faults);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused_and_nothing_is_left_behind()
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [7], weight => { if (weight.Key.Contains("layer4", StringComparison.Ordinal)) weight.Tensor.fill_(float.NaN); });

        var fault = Assert.Throws<InputException>(() => ModelExport.Run(model, Target, SmallCheckpoint.Faces(2)));

        Assert.Contains("was not exported: at 112 pixels ONNX Runtime and torch are NaN apart", fault.Message, StringComparison.Ordinal);
        Assert.Equal([model.Path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_package_that_fails_its_check_leaves_the_earlier_one()
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [7]);
        ModelExport.Run(model, Target, SmallCheckpoint.Faces(2), new ExportOptions { Branches = [] });
        var before = ModelPackage.Open(Target).Fingerprint;

        // Nothing is as near as that.
        var fault = Assert.Throws<InputException>(() => ModelExport.Run(model, Target, SmallCheckpoint.Faces(2), new ExportOptions { Tolerance = -1 }));

        Assert.Contains("more than the -1 allowed", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, ModelPackage.Open(Target).Fingerprint);
        Assert.Equal([model.Path, Target], Directory.GetFileSystemEntries(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_export_that_is_cancelled_half_way_leaves_nothing_behind()
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [14, 7]);
        using var source = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => ModelExport.Run(model, Target, SmallCheckpoint.Faces(2), progress: new AtSecond(source), cancellation: source.Token));

        Assert.Equal([model.Path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_checkpoint_without_a_trunk_or_a_branch_that_is_asked_for_is_refused_and_nothing_is_left_behind()
    {
        Assert.Throws<InputException>(() => ModelExport.Run(new ModelDirectory(_folder.File("nowhere")), Target, SmallCheckpoint.Faces(1)));
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [7]);
        Assert.Contains("no branch for 14", Assert.Throws<InputException>(() => ModelExport.Run(model, Target, SmallCheckpoint.Faces(1), new ExportOptions { Branches = [Resolution.Of(14)] })).Message, StringComparison.Ordinal);
        Assert.Equal([model.Path], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelExport.Run(model, Target, []));
    }

    [Fact]
    public void The_manifest_says_what_the_model_is()
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [14, 7]);
        ModelExport.Run(model, Target, SmallCheckpoint.Faces(100));

        var package = ModelPackage.Open(Target);
        var manifest = package.Manifest;

        Assert.Equal(("iresnet10", 4, 16, model.TrunkFingerprint()), (manifest.Backbone, manifest.Width, manifest.EmbeddingSize, manifest.Trunk));
        Assert.Equal([112, 14, 7], package.Resolutions.Select(resolution => resolution.Side));
        Assert.Equal([112, 14, 7], manifest.FaceStatistics!.Select(statistics => statistics.Resolution));
        Assert.All(manifest.FaceStatistics!, statistics => Assert.True(statistics is { Faces: 100, LowNorm: > 0 } && statistics.LowNorm <= statistics.MedianNorm));
        Assert.Equal(["branch-14", "branch-7", "trunk"], manifest.Provenance!.Value.EnumerateObject().Select(part => part.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Directory.GetFiles(Target).Select(Path.GetFileName).Where(name => name != ModelPackage.ManifestFile).Order(StringComparer.Ordinal), manifest.Files.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_faces_look_like_is_learnt_from_real_ones_only_and_whether_the_length_tells_is_measured()
    {
        var drawn = new RenderedSource(seed: 2, identities: 200, imagesPerIdentity: 1);
        FaceImage[] faces = [.. Enumerable.Range(0, drawn.Count).Select(drawn.Load)];
        var model = SmallCheckpoint.Make(_folder.File("model"), "mobilefacenet", [7]);

        ModelExport.Run(model, Target, faces);
        var plain = ModelPackage.Open(Target).Manifest;
        ModelExport.Run(model, Target, faces, new ExportOptions { FacesAreReal = true });
        var learnt = ModelPackage.Open(Target).Manifest;

        Assert.Null(plain.FaceAppearance);
        Assert.Equal([7, 10], learnt.FaceAppearance!.Select(appearance => appearance.Grid));
        Assert.All(learnt.FaceStatistics!, statistics => Assert.InRange(statistics.NonFacesBelow!.Value, 0, 1));
        var check = new FaceCheck(learnt with { FaceStatistics = null });
        Assert.Null(check.Doubt(faces[0], Resolution.Of(7), []));
        var noise = new byte[3 * 112 * 112];
        new Random(1).NextBytes(noise);
        Assert.StartsWith("looks unlike", check.Doubt(new FaceImage(112, 112, noise), Resolution.Full, []), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_the_trunk_are_stored_once_for_all_resolutions()
    {
        var model = SmallCheckpoint.Make(_folder.File("model"), "iresnet10", [28, 14, 7]);
        ModelExport.Run(model, Target, SmallCheckpoint.Faces(1));
        var manifest = ModelPackage.Open(Target).Manifest;
        var stored = new FileInfo(Path.Combine(Target, manifest.Graphs.Weights!.File)).Length;
        var named = JsonDocument.Parse(File.ReadAllText(Path.Combine(Target, manifest.Graphs.Weights!.Index))).RootElement.EnumerateObject().Count();

        // Each begins at a multiple of 64 bytes.
        Assert.InRange(stored, sizeof(float) * manifest.Graphs.Paths.Sum(path => path.Parameters!.Value), (sizeof(float) * manifest.Graphs.Paths.Sum(path => path.Parameters!.Value)) + (64L * named));
        Assert.All(manifest.Graphs.Paths, path => Assert.InRange(new FileInfo(Path.Combine(Target, path.Graph)).Length, 1000, 40_000));
    }

    [Fact]
    public void Four_resolutions_of_IResNet_50_are_at_most_1_6_times_the_weights_of_one()
    {
        var size = BTNet.Training.Branches.NetworkSize.Of(new BackboneSpec());
        var branches = size.Branches.Where(branch => branch.Resolution.Side is 28 or 14 or 7).Sum(branch => branch.Parameters + branch.TailNorms);
        Assert.InRange((double)(size.Trunk.Parameters + branches) / size.Trunk.Parameters, 1.5, 1.6);
    }

    private void AssertAgree(ModelDirectory model, FaceImage[] faces)
    {
        using var torch = TorchEmbedder.Load(model);
        foreach (var mode in Enum.GetValues<InferenceMode>())
        {
            using var onnx = FaceEmbedder.Load(Target, new FaceEmbedderOptions { Mode = mode, Threads = 1, BatchSize = 4 });
            Assert.Equal(torch.Resolutions, onnx.Resolutions);
            foreach (var resolution in onnx.Resolutions)
            {
                FaceImage[] seen = [.. faces.Select(face => FaceResizer.Resize(face, resolution.Side, resolution.Side))];
                var (expected, actual) = (torch.Embed(seen, resolution, TestContext.Current.CancellationToken), onnx.Embed(seen, resolution, TestContext.Current.CancellationToken));
                for (var row = 0; row < seen.Length; row++)
                {
                    Assert.InRange(1 - TensorPrimitives.CosineSimilarity(expected[row], actual[row]), -1e-4, 1e-4);
                    Assert.Equal(TensorPrimitives.Norm(expected[row]), TensorPrimitives.Norm(actual[row]), 1e-3f * TensorPrimitives.Norm(expected[row]));
                }

                // Faces differ, or agreement would say nothing.
                Assert.InRange(TensorPrimitives.CosineSimilarity(actual[0], actual[1]), -1, 0.99999f);
            }
        }
    }

    private sealed class AtSecond(CancellationTokenSource source) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            if (value.Done == 1) source.Cancel();
        }
    }
}
