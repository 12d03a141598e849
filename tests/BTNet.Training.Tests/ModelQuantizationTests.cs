using System.Security.Cryptography;
using System.Text.Json;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Checkpoints;
using BTNet.Training.Quantization;
using BTNet.Training.Tests.Quantization;

namespace BTNet.Training.Tests;

public sealed class ModelQuantizationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("iresnet10")]
    [InlineData("mobilefacenet")]
    public void A_package_gets_networks_in_integers_that_embed_nearly_alike_and_keeps_all_else(string backbone)
    {
        var package = SmallPackage.Make(_folder.Path, backbone, settled: true);
        var outcome = ModelQuantization.Run(package.Directory, SmallPackage.Faces(10));

        Assert.Equal(8, outcome.Calibrated);
        Assert.Equal([112, 14], outcome.Checks.Select(check => check.Resolution.Side));
        Assert.All(outcome.Checks, check => Assert.InRange(check.LowestCosine, 0.95, check.MeanCosine));
        var after = ModelPackage.Open(package.Directory);
        Assert.Equal(["int8/r112.onnx", "int8/r14.onnx", "int8/weights.bin", "int8/weights.json"], after.Manifest.Files.Keys.Except(package.Manifest.Files.Keys).Order(StringComparer.Ordinal));
        Assert.All(package.Manifest.Files, file => Assert.Equal(file.Value, after.Manifest.Files[file.Key]));
        using var integers = FaceEmbedder.Load(package.Directory, new FaceEmbedderOptions { Int8 = true, Mode = InferenceMode.Shared });
        Assert.Equal(package.Resolutions, integers.Resolutions);
        Assert.Equal(Resolution.Of(14), integers.Embed(FaceResized(14)).Branch);
    }

    [Fact]
    public void First_and_last_layer_stay_in_floats_where_asked()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10", settled: true);
        var all = ModelQuantization.Run(package.Directory, SmallPackage.Faces(10));
        var ends = ModelQuantization.Run(package.Directory, SmallPackage.Faces(10), new QuantizationOptions { FirstInFloats = true, LastInFloats = true });
        Assert.True(ends.Bytes > all.Bytes);
        Assert.All(ends.Checks, check => Assert.InRange(check.LowestCosine, 0.95, check.MeanCosine));
    }

    [Fact]
    public void Faces_that_threads_share_come_back_as_each_does_alone()
    {
        var package = SmallPackage.Make(_folder.Path, "mobilefacenet", settled: true);
        ModelQuantization.Run(package.Directory, SmallPackage.Faces(4));
        using var several = FaceEmbedder.Load(package.Directory, new FaceEmbedderOptions { Int8 = true, Threads = 3 });
        using var single = FaceEmbedder.Load(package.Directory, new FaceEmbedderOptions { Int8 = true, Threads = 1 });
        FaceImage[] faces = [.. SmallPackage.Faces(7).Select((face, i) => i % 3 == 0 ? face : FaceResizer.Resize(face, 14, 14))];
        Assert.Equal(faces.Select(face => single.Embed(face).Values.ToArray()), several.Embed(faces).Select(embedding => embedding.Values.ToArray()));
    }

    [Fact]
    public void What_goes_wrong_in_a_thread_is_told_as_it_is()
    {
        var package = SmallPackage.Make(_folder.Path, "mobilefacenet", settled: true);
        ModelQuantization.Run(package.Directory, SmallPackage.Faces(4), new QuantizationOptions { LastInFloats = true });
        SpoilFirst(ModelPackage.Open(package.Directory), "trunk.features.layers.2.weight.folded", "int8/");
        using var embedder = FaceEmbedder.Load(package.Directory, new FaceEmbedderOptions { Int8 = true, Threads = 2 });
        Assert.Contains("not finite", Assert.Throws<InputException>(() => embedder.Embed(SmallPackage.Faces(4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_resolutions_share_is_in_the_file_once()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        ModelQuantization.Run(package.Directory, SmallPackage.Faces(4));
        using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(package.Directory, "int8", "weights.json")));
        string[] names = [.. index.RootElement.EnumerateObject().Select(tensor => tensor.Name)];
        Assert.Equal("int8", index.RootElement.GetProperty("trunk.layer4.0.conv2.weight").GetProperty("type").GetString());
        Assert.Contains("r14.layer1.0.conv1.weight", names);
        Assert.DoesNotContain("r14.trunk.layer4.0.conv2.weight", names);
    }

    [Fact]
    public void Networks_in_integers_that_are_there_are_replaced()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        ModelQuantization.Run(package.Directory, SmallPackage.Faces(4));
        var first = ModelPackage.Open(package.Directory);
        ModelQuantization.Run(package.Directory, SmallPackage.Faces(9));
        var second = ModelPackage.Open(package.Directory);
        Assert.Equal(first.Manifest.Files.Keys.Order(StringComparer.Ordinal), second.Manifest.Files.Keys.Order(StringComparer.Ordinal));
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.Equal([package.Directory], Directory.GetFileSystemEntries(_folder.Path, "package*"));
    }

    [Fact]
    public void Interrupted_work_leaves_the_package_as_it_was()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelQuantization.Run(package.Directory, SmallPackage.Faces(4), progress: new Cancelling(source), cancellation: source.Token));
        Assert.Equal(package.Fingerprint, ModelPackage.Open(package.Directory).Fingerprint);
        Assert.Equal([package.Directory], Directory.GetFileSystemEntries(_folder.Path, "package*"));
    }

    [Fact]
    public void A_package_that_was_exported_anew_meanwhile_is_not_written_over()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        string? exported = null;
        var meanwhile = new Doing(() => exported ??= ModelPackage.Open(ModelExport.Run(new ModelDirectory(_folder.File("checkpoint")), package.Directory, SmallPackage.Faces(1), new ExportOptions { Branches = [] }).Directory).Fingerprint);
        var fault = Assert.Throws<InputException>(() => ModelQuantization.Run(package.Directory, SmallPackage.Faces(2), progress: meanwhile)).Message;
        Assert.Contains($"{package.Directory} is no longer the package that was opened", fault, StringComparison.Ordinal);
        Assert.Equal(exported, ModelPackage.Open(package.Directory).Fingerprint);
        Assert.Equal([package.Directory], Directory.GetFileSystemEntries(_folder.Path, "package*"));
    }

    [Fact]
    public void A_package_that_went_away_meanwhile_is_not_made_again()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        var elsewhere = _folder.File("elsewhere");
        var meanwhile = new Doing(() =>
        {
            if (!Directory.Exists(elsewhere)) Directory.Move(package.Directory, elsewhere);
        });
        Assert.Contains("is no longer the package", Assert.Throws<InputException>(() => ModelQuantization.Run(package.Directory, SmallPackage.Faces(2), progress: meanwhile)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, "package*"));
    }

    [Fact]
    public void Other_files_in_the_package_are_named_and_stay()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        var notes = Path.Combine(package.Directory, "notes.txt");
        File.WriteAllText(notes, "mine");
        Assert.Contains("notes.txt", Assert.Throws<InputException>(() => ModelQuantization.Run(package.Directory, SmallPackage.Faces(2))).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(notes));
        Assert.Equal(package.Fingerprint, ModelPackage.Open(package.Directory).Fingerprint);
    }

    [Theory]
    [InlineData("trunk.features.bias", "stays as it was: at 112 pixels its networks give no numbers to compare")]
    [InlineData("trunk.conv1.weight", "the network gives numbers that are not finite")]
    public void Numbers_that_are_none_are_refused_and_the_package_stays(string weights, string said)
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        SpoilFirst(package, weights);
        var before = ModelPackage.Open(package.Directory).Fingerprint;
        Assert.Contains(said, Assert.Throws<InputException>(() => ModelQuantization.Run(package.Directory, SmallPackage.Faces(2), new QuantizationOptions { LastInFloats = true })).Message, StringComparison.Ordinal);
        Assert.Equal(before, ModelPackage.Open(package.Directory).Fingerprint);
    }

    [Fact]
    public void A_way_of_choosing_ranges_that_is_none_is_refused()
    {
        var fault = Assert.Throws<InputException>(() => ModelQuantization.Run(_folder.File("none"), SmallPackage.Faces(1), new QuantizationOptions { Ranges = (RangeMethod)7 }));
        Assert.Contains("Ranges is 7, expected one of MinMax, Percentile, Mse", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_package_is_refused_by_the_files_name()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        using (var stream = File.OpenWrite(package.PathOf("weights.bin"))) stream.WriteByte(123);
        Assert.Contains("weights.bin", Assert.Throws<InputException>(() => ModelQuantization.Run(package.Directory, SmallPackage.Faces(2))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Makes the first of some weights no number, in a package that is whole otherwise.</summary>
    private static void SpoilFirst(ModelPackage package, string weights, string folder = "")
    {
        using var index = JsonDocument.Parse(File.ReadAllText(package.PathOf($"{folder}weights.json")));
        var file = package.PathOf($"{folder}weights.bin");
        var bytes = File.ReadAllBytes(file);
        BitConverter.TryWriteBytes(bytes.AsSpan(index.RootElement.GetProperty(weights).GetProperty("offset").GetInt32()), float.NaN);
        File.WriteAllBytes(file, bytes);
        var manifest = package.PathOf(ModelPackage.ManifestFile);
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(package.Manifest.Files[$"{folder}weights.bin"].Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)), StringComparison.Ordinal));
    }

    private static FaceImage FaceResized(int side) => FaceResizer.Resize(SmallPackage.Faces(1)[0], side, side);

    private sealed class Doing(Action work) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => work();
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => source.Cancel();
    }
}
