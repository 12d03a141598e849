using System.Text.Json;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;
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
    public void A_damaged_package_is_refused_by_the_files_name()
    {
        var package = SmallPackage.Make(_folder.Path, "iresnet10");
        using (var stream = File.OpenWrite(package.PathOf("weights.bin"))) stream.WriteByte(123);
        Assert.Contains("weights.bin", Assert.Throws<InputException>(() => ModelQuantization.Run(package.Directory, SmallPackage.Faces(2))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static FaceImage FaceResized(int side) => FaceResizer.Resize(SmallPackage.Faces(1)[0], side, side);

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => source.Cancel();
    }
}
