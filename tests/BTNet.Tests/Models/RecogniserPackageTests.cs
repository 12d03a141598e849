using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BTNet.Inference;
using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Tests.Models;

public sealed class RecogniserPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>What the manifest's first path, with its input, may be made to say, and what of it must be told.</summary>
    public static TheoryData<string, string, string> Contradictions => new()
    {
        { "input.colourOrder", "\"GBR\"", "colour order 'GBR', expected RGB or BGR" },
        { "input.mean", "[0.5, 0.5]", "2 numbers of mean and 3 of std" },
        { "input.mean", "null", "mean" },
        { "input.mean", "[1e39, 0, 0]", "no finite numbers" },
        { "input.std", "[0.5, 0, 0.5]", "no finite numbers" },
        { "input.std", "[0.5, -1, 0.5]", "std above 0" },
        { "input.std", "[0.5, 1e-45, 0.5]", "no finite numbers" },
        { "input.input", "\"\"", "input names ''" },
        { "input.input", "null", "input" },
        { "input.batch", "0", "batches of 0" },
        { "input.batch", "1000000000", "batches of 1000000000" },
        { "input.layout", "\"NHWC\"", "layout" },
        { "input", "null", "names no weights" },
        { "data", "[null]", "is null" },
        { "data", "[\"elsewhere\"]", "uses 'elsewhere', which is not among its files" },
        { "fastGraph", "\"r112.onnx\"", "fastGraph is given beside input" },
        { "resolution", "56", "expected 112 only" },
        { "input.mean[0]", "0.5", "trunk is" },
        { "input.output", "\"other\"", "trunk is" }
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_lies_in_the_package_byte_for_byte_and_the_manifest_says_what_it_expects()
    {
        var graph = CraftedRecogniser.Graph();
        var package = ModelPackage.Open(CraftedRecogniser.Package(_folder.File("package"), graph));

        Assert.Equal(graph, File.ReadAllBytes(package.PathOf("r112.onnx")));
        Assert.Equal(["btnet.json", "r112.onnx"], Directory.GetFiles(package.Directory).Select(Path.GetFileName).Order());
        var manifest = package.Manifest;
        Assert.Equal(("onnx", null, 3, 2), (manifest.Backbone, manifest.Width, manifest.EmbeddingSize, manifest.FormatVersion));
        var recogniser = Assert.IsType<ResolutionGraph>(manifest.Recogniser);
        Assert.Equal((112, "r112.onnx", 3L, (long?)null), (recogniser.Resolution, recogniser.Graph, recogniser.Parameters, recogniser.MultiplyAccumulates));
        Assert.Equivalent(CraftedRecogniser.Expects, recogniser.Input, strict: true);
    }

    [Fact]
    public void The_trunk_is_of_the_files_and_of_what_is_done_to_pixels_as_documented()
    {
        var graph = CraftedRecogniser.Graph();
        var text = $"{Convert.ToHexStringLower(SHA256.HashData(graph))}\nfc1\nBGR\n0.1 0.2 0.3\n0.7 0.8 0.9\n";
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))), Trunk("one", graph));

        string[] trunks =
        [
            Trunk("one", graph), Trunk("bytes", CraftedRecogniser.Graph(batch: 1)), Trunk("order", graph, CraftedRecogniser.Expects with { ColourOrder = "RGB" }),
            Trunk("mean", graph, CraftedRecogniser.Expects with { Mean = [0.1f, 0.2f, MathF.BitIncrement(0.3f)] }), Trunk("std", graph, CraftedRecogniser.Expects with { Std = [0.7f, 0.8f, 1] })
        ];
        Assert.Equal(trunks.Length, trunks.Distinct().Count());
        Assert.Equal(trunks[0], Trunk("batch", graph, CraftedRecogniser.Expects with { Batch = 1 }));

        string Trunk(string name, byte[] onnx, ForeignInput? input = null) => ModelPackage.Open(CraftedRecogniser.Package(_folder.File(name), onnx, input)).Manifest.Trunk;
    }

    [Theory]
    [InlineData("model.onnx.data", "model.onnx.data")]
    [InlineData("btnet.json", "btnet.json")]
    [InlineData("weights.bin", "weights.bin")]
    [InlineData("./of/some kind/w", "of/some kind/w")]
    public void Files_that_it_takes_weights_from_are_copied_and_listed_whatever_they_are_called(string location, string name)
    {
        File.WriteAllBytes(InFolder(_folder.File("package"), name), CraftedRecogniser.Data);
        var package = ModelPackage.Open(CraftedRecogniser.Package(_folder.File("package/made"), CraftedRecogniser.Graph(location: location)));

        Assert.Equal(("r112/r112.onnx", $"r112/{name}"), (package.Manifest.Recogniser!.Graph, Assert.Single(package.Manifest.Recogniser.Data!)));
        Assert.Equal(CraftedRecogniser.Data, File.ReadAllBytes(package.PathOf($"r112/{name}")));
        using (var embedder = FaceEmbedder.Load(package.Directory)) Assert.Equal(3, embedder.Embed(Faces.SyntheticPixels.Flat(9, 9, 1, 2, 3)).Values.Length);

        // A package of the same name is another's model when its weights are.
        var before = package.Manifest.Trunk;
        File.WriteAllBytes(InFolder(_folder.File("package"), name), new byte[12]);
        Assert.NotEqual(before, ModelPackage.Open(CraftedRecogniser.Package(package.Directory, CraftedRecogniser.Graph(location: location))).Manifest.Trunk);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("/etc/hostname")]
    [InlineData("..\\outside")]
    [InlineData("C:/outside")]
    [InlineData(".")]
    public void Weights_outside_of_its_folder_are_refused_when_it_is_packaged_and_when_it_is_run(string location)
    {
        File.WriteAllBytes(InFolder(_folder.Path, "outside"), CraftedRecogniser.Data);
        var graph = CraftedRecogniser.Graph(location: location);
        Directory.CreateDirectory(_folder.File("a"));
        Assert.Contains("which is no file within its folder", Assert.Throws<InputException>(() => CraftedRecogniser.Package(_folder.File("a/package"), graph)).Message, StringComparison.Ordinal);

        var package = CraftedRecogniser.Package(_folder.File("a/package"), CraftedRecogniser.Graph());
        Swap(package, graph);
        using var embedder = FaceEmbedder.Load(package);
        Assert.Contains("which is no file within its folder", Assert.Throws<InputException>(() => embedder.Embed(Faces.SyntheticPixels.Flat(9, 9, 1, 2, 3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_the_package_does_not_name_are_refused_when_it_is_run()
    {
        var package = CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph());
        Swap(package, CraftedRecogniser.Graph(location: "hidden"));
        File.WriteAllBytes(Path.Combine(package, "hidden"), CraftedRecogniser.Data);
        using var embedder = FaceEmbedder.Load(package);
        Assert.Contains("takes weights from hidden, which the package does not name", Assert.Throws<InputException>(() => embedder.Embed(Faces.SyntheticPixels.Flat(9, 9, 1, 2, 3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_packaged_says_why()
    {
        Assert.Contains("cannot be read as an ONNX file", Refused("This is no graph, and longer than a byte"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("takes weights from 'gone', which is not beside it", Refused(CraftedRecogniser.Graph(location: "gone")), StringComparison.Ordinal);
        Assert.Contains("colour order 'YUV'", Refused(CraftedRecogniser.Graph(), CraftedRecogniser.Expects with { ColourOrder = "YUV" }), StringComparison.Ordinal);
        foreach (var lacking in (ForeignInput[])[CraftedRecogniser.Expects with { Mean = null! }, CraftedRecogniser.Expects with { Std = null! }, CraftedRecogniser.Expects with { Input = null! }, CraftedRecogniser.Expects with { Output = null! }])
        {
            Assert.Contains("input has null", Refused(CraftedRecogniser.Graph(), lacking), StringComparison.Ordinal);
            if (lacking.Input is not null && lacking.Output is not null) Assert.Contains("input has null", Assert.Throws<InputException>(() => RecogniserShape.Of(_folder.File("package.onnx"), lacking)).Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_folder.File("package")));
        Assert.Equal(["package.onnx"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));

        string Refused(byte[] graph, ForeignInput? input = null) => Assert.Throws<InputException>(() => CraftedRecogniser.Package(_folder.File("package"), graph, input)).Message;
    }

    [Fact]
    public void Packages_without_one_are_written_as_earlier_programs_read_them()
    {
        var text = File.ReadAllText(Path.Combine(CraftedPackage.Write(_folder, 112, 7), ModelPackage.ManifestFile));
        Assert.Contains("\"formatVersion\": 1,", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"input\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"data\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"recogniser\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_in_a_manifest_of_the_first_version_is_refused()
    {
        var package = CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph());
        Rewrite(package, manifest => manifest["formatVersion"] = 1);
        Assert.Contains("formatVersion is 1, and graphs with an input of their own came with 2", Assert.Throws<InputException>(() => ModelPackage.Open(package)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_manifest_that_cannot_be_true_says_what_is_wrong(string key, string value, string told)
    {
        var package = CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph());
        Rewrite(package, manifest =>
        {
            JsonNode at = manifest["graphs"]!["paths"]![0]!;
            var parts = key.Split('.');
            foreach (var part in parts[..^1]) at = at[part]!;
            if (parts[^1].EndsWith("[0]", StringComparison.Ordinal)) at[parts[^1][..^3]]![0] = JsonNode.Parse(value);
            else at[parts[^1]] = JsonNode.Parse(value);
        });
        Assert.Contains(told, Assert.Throws<InputException>(() => ModelPackage.Open(package)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_manifests_are_read_or_refused_and_nothing_else(int seed)
    {
        var text = File.ReadAllBytes(Path.Combine(CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph()), ModelPackage.ManifestFile));
        var refused = 0;
        foreach (var damaged in Mutations.Of(text, 3000, seed))
        {
            try
            {
                var manifest = ManifestText.Read(damaged, "m");
                Assert.All(manifest.Recogniser?.Input?.Values() ?? [], value => Assert.True(float.IsFinite(value)));
            }
            catch (InputException fault)
            {
                Assert.StartsWith("m", fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 1500, 3000);
    }

    [Fact]
    public void A_manifest_is_read_as_it_was_written_to_the_last_bit()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var input = CraftedRecogniser.Expects with { Mean = [random.NextSingle(), random.NextSingle(), random.NextSingle()], Std = [random.NextSingle() + 1e-3f, random.NextSingle() + 1e-3f, MathF.BitIncrement(1)], Batch = random.Next(2) == 0 ? null : random.Next(1, 1025) };
            var graph = new ResolutionGraph(112, "r112.onnx", null, 3, null, input);
            var files = new Dictionary<string, PackageFile> { ["r112.onnx"] = new(1, new string('a', 64)) };
            var manifest = CraftedPackage.Manifest([]) with { Width = null, Trunk = RecogniserPackage.TrunkOf(graph, files), Graphs = new ModelGraphs(null, [graph]), Files = files };
            Assert.Equivalent(manifest, ManifestText.Read(ManifestText.Write(manifest), "m"), strict: true);
        }
    }

    private static string InFolder(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Another graph with checksums and trunk as they should be: packages may come from anybody.</summary>
    private static void Swap(string package, byte[] graph)
    {
        File.WriteAllBytes(Path.Combine(package, "r112.onnx"), graph);
        var manifest = ManifestText.Read(File.ReadAllBytes(Path.Combine(package, ModelPackage.ManifestFile)), "m");
        var files = new Dictionary<string, PackageFile> { ["r112.onnx"] = new(graph.Length, Convert.ToHexStringLower(SHA256.HashData(graph))) };
        File.WriteAllBytes(Path.Combine(package, ModelPackage.ManifestFile), ManifestText.Write(manifest with { Files = files, Trunk = RecogniserPackage.TrunkOf(manifest.Recogniser!, files) }));
    }

    private static void Rewrite(string package, Action<JsonObject> change)
    {
        var path = Path.Combine(package, ModelPackage.ManifestFile);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
