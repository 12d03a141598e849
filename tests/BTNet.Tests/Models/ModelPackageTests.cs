using System.Text;
using System.Text.Json.Nodes;
using BTNet.Inference;
using BTNet.Models;
using BTNet.TestSupport;
using BTNet.Tests.Faces;

namespace BTNet.Tests.Models;

public sealed class ModelPackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files => [CraftedPackage.Weights, CraftedPackage.Index, "r112.onnx", "r7.onnx"];

    /// <summary>What a manifest may be made to say, and what of it must be told.</summary>
    public static TheoryData<string, string, string> Contradictions => new()
    {
        { "embeddingSize", "0", "embeddingSize is 0" },
        { "embeddingSize", "\"four\"", "embeddingSize" },
        { "backbone", "null", "backbone" },
        { "width", "null", "width is missing" },
        { "graphs", "null", "graphs" },
        { "graphs", """{ "weights": { "file": "weights.bin", "index": "weights.json" }, "paths": [null] }""", "is null" },
        { "graphs", """{ "weights": { "file": "weights.bin", "index": "weights.json" }, "paths": [] }""", "lacks 112" },
        { "graphs", """{ "weights": { "file": "weights.bin", "index": "weights.json" }, "paths": [{ "resolution": 13, "graph": "r7.onnx", "fastGraph": null, "parameters": 1, "multiplyAccumulates": 1 }] }""", "resolution 13" },
        { "graphs", """{ "weights": null, "paths": [{ "resolution": 112, "graph": "r112.onnx", "fastGraph": null, "parameters": 1, "multiplyAccumulates": 1 }] }""", "names no weights" },
        { "graphs", """{ "weights": { "file": "weights.bin", "index": "weights.json" }, "paths": [{ "resolution": 112, "graph": "r112.onnx", "fastGraph": null, "parameters": null, "multiplyAccumulates": 1 }] }""", "parameters and multiplyAccumulates are null" },
        { "graphs", """{ "weights": { "file": "weights.bin", "index": "weights.json" }, "paths": [{ "resolution": 112, "graph": "r112.onnx", "fastGraph": null, "parameters": 1, "multiplyAccumulates": 1, "data": ["r7.onnx"] }] }""", "data beside a graph that is ours" },
        { "graphs", """{ "weights": { "file": "other.bin", "index": "weights.json" }, "paths": [{ "resolution": 112, "graph": "r112.onnx", "fastGraph": null, "parameters": 1, "multiplyAccumulates": 1 }] }""", "uses 'other.bin'" },
        { "files", """{ "weights.bin": null }""", "is null" },
        { "files", """{ "../outside": { "bytes": 1, "sha256": "00" } }""", "'../outside', which is no file within the package" },
        { "files", """{ "/etc/passwd": { "bytes": 1, "sha256": "00" } }""", "'/etc/passwd', which is no file within the package" },
        { "files", """{ "a\u0000b": { "bytes": 1, "sha256": "00" } }""", "which is no file within the package" },
        { "faceStatistics", "[null]", "is null" },
        { "faceStatistics", """[{ "resolution": 13, "faces": 200, "medianNorm": 2, "lowNorm": 1 }]""", "faceStatistics has the resolution 13" },
        { "faceStatistics", """[{ "resolution": 7, "faces": 200, "medianNorm": 2, "lowNorm": 1 }, { "resolution": 7, "faces": 200, "medianNorm": 2, "lowNorm": 1 }]""", "names a resolution twice" },
        { "faceStatistics", """[{ "resolution": 7, "faces": 200, "medianNorm": 2, "lowNorm": 1, "nonFacesBelow": 1.5 }]""", "a share of 0 to 1" },
        { "faceAppearance", "[null]", "is null" },
        { "faceAppearance", """[{ "grid": 7, "faces": 200, "limit": 1 }]""", "coefficients" },
        { "faceAppearance", """[{ "grid": 1000000, "faces": 200, "limit": 1, "coefficients": "AAAA" }]""", "grid 1000000, expected 2 to 32" },
        { "faceAppearance", """[{ "grid": 7, "faces": 200, "limit": 1, "coefficients": "AAAA" }]""", "expected 1274 finite 32-bit floats in Base64" },
        { "faceAppearance", $$"""[{ "grid": 2, "faces": 200, "limit": 1, "coefficients": "{{FaceAppearance.Text([.. new float[13], float.PositiveInfinity])}}" }]""", "expected 14 finite" },
        { "faceAppearance", $$"""[{ "grid": 2, "faces": 200, "limit": 1, "coefficients": "{{FaceAppearance.Text(new float[14])}}" }, { "grid": 2, "faces": 9, "limit": 1, "coefficients": "{{FaceAppearance.Text(new float[14])}}" }]""", "names a grid twice" },
        { "preprocessing", """{ "colourOrder": "BGR", "range": "0-255", "kernel": "bilinear", "alignment": "arcface" }""", "expected" },
        { "unheardOf", "1", "unheardOf" }
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_package_is_opened()
    {
        var package = ModelPackage.Open(CraftedPackage.Write(_folder, 7, 112, 28));

        Assert.Equal([112, 28, 7], package.Resolutions.Select(resolution => resolution.Side));
        Assert.Equal("crafted", package.Manifest.Backbone);
        Assert.True(ModelPackage.IsPackage(package.Directory));
        Assert.Equal(64, package.Fingerprint.Length);
    }

    [Fact]
    public void Packages_are_told_apart_by_their_weights()
    {
        var one = ModelPackage.Open(CraftedPackage.Write(_folder.File("one"), [112]));
        var copy = ModelPackage.Open(CraftedPackage.Write(_folder.File("copy"), [112]));
        var other = ModelPackage.Open(CraftedPackage.Write(_folder.File("other"), [112], factor: 2));

        Assert.Equal(one.Fingerprint, copy.Fingerprint);
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public void A_folder_that_is_none_and_one_without_a_manifest_say_what_is_expected()
    {
        Assert.Contains("there is no such folder", Refused(_folder.File("nowhere")), StringComparison.Ordinal);
        Assert.Contains("holds no btnet.json; expected a model package, which `btnet export` writes", Refused(_folder.Path), StringComparison.Ordinal);
        Assert.False(ModelPackage.IsPackage(_folder.Path));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_that_are_links_are_those_that_they_lead_to(bool verify)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        var package = CraftedPackage.Write(_folder, 112, 7);
        var elsewhere = Directory.CreateDirectory(_folder.File("elsewhere")).FullName;
        foreach (var path in Directory.GetFiles(package))
        {
            var moved = Path.Combine(elsewhere, Path.GetFileName(path));
            File.Move(path, moved);
            File.CreateSymbolicLink(path, moved);
        }

        Assert.Equal(2, ModelPackage.Open(package, verify).Resolutions.Count);
        using (var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared, Verify = verify }))
            Assert.Equal(7, embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3)).Branch.Side);
        File.AppendAllText(Path.Combine(elsewhere, "r7.onnx"), "more");
        Assert.Contains("r7.onnx has", Refused(package, verify), StringComparison.Ordinal);
        File.Delete(Path.Combine(elsewhere, "r7.onnx"));
        Assert.Contains("r7.onnx", Refused(package, verify), StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_is_a_full_path_whatever_was_given()
    {
        var package = CraftedPackage.Write(_folder, 112);
        var opened = ModelPackage.Open(Path.GetRelativePath(Environment.CurrentDirectory, package));
        Assert.Equal(package, opened.Directory);
        Assert.Equal(Path.Combine(package, CraftedPackage.Weights), opened.PathOf(CraftedPackage.Weights));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_missing_file_is_named(string file)
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        File.Delete(Path.Combine(package, file));
        Assert.Contains($"{file} is missing; copy the package again", Refused(package), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_that_is_cut_off_is_named_also_without_reading_it(string file)
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        using (var stream = File.OpenWrite(Path.Combine(package, file))) stream.SetLength(stream.Length / 2);
        Assert.Matches($@"{file} has [\d,]+ bytes, expected [\d,]+: it is cut off", Refused(package, verify: false));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_single_bit_is_found_by_its_checksum_wherever_it_is(string file)
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        var path = Path.Combine(package, file);
        var whole = File.ReadAllBytes(path);
        foreach (var place in new[] { 0, whole.Length / 3, whole.Length - 1 })
        {
            var damaged = (byte[])whole.Clone();
            damaged[place] ^= 4;
            File.WriteAllBytes(path, damaged);
            Assert.Contains($"{file} is damaged: its SHA-256 is", Refused(package), StringComparison.Ordinal);
            Assert.Equal(2, ModelPackage.Open(package, verify: false).Resolutions.Count);
        }
    }

    [Fact]
    public void Every_damaged_file_is_named_at_once()
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        File.Delete(Path.Combine(package, "r7.onnx"));
        File.AppendAllText(Path.Combine(package, CraftedPackage.Weights), "more");

        var fault = Refused(package);

        Assert.Contains("2 faults", fault, StringComparison.Ordinal);
        Assert.Contains("r7.onnx is missing", fault, StringComparison.Ordinal);
        Assert.Contains("another file", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_is_refused_whatever_else_it_says()
    {
        var package = CraftedPackage.Write(_folder, 112);
        Rewrite(package, manifest =>
        {
            manifest["formatVersion"] = 3;
            manifest["fromTheFuture"] = true;
        });
        Assert.Contains("has format version 3, and this program reads up to 2; take a newer BTNet", Refused(package), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{ \"format\": \"btnet-model\" }")]
    [InlineData("{ \"format\": \"btnet-model\", \"formatVersion\": 0 }")]
    [InlineData("{ \"format\": \"btnet-model\", \"formatVersion\": 1 }")]
    [InlineData("{ \"format\": \"another\", \"formatVersion\": 1 }")]
    public void A_text_that_is_no_manifest_is_refused(string text)
    {
        var package = CraftedPackage.Write(_folder, 112);
        File.WriteAllText(Path.Combine(package, ModelPackage.ManifestFile), text);
        Assert.Contains("btnet.json is no manifest of a model package", Refused(package), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_manifest_that_cannot_be_true_says_what_is_wrong(string key, string value, string told)
    {
        var package = CraftedPackage.Write(_folder, 112, 7);
        Rewrite(package, manifest => manifest[key] = JsonNode.Parse(value));
        Assert.Contains(told, Refused(package), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_of_gigabytes_is_not_read()
    {
        var package = CraftedPackage.Write(_folder, 112);
        using (var stream = File.OpenWrite(Path.Combine(package, ModelPackage.ManifestFile))) stream.SetLength(5L << 30);
        Assert.Contains("is no manifest of a model package: it has 5,368,709,120 bytes", Refused(package), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_manifests_are_read_or_refused_and_nothing_else(int seed)
    {
        var text = File.ReadAllBytes(Path.Combine(CraftedPackage.Write(_folder, 112, 7), ModelPackage.ManifestFile));
        var refused = 0;
        foreach (var damaged in Mutations.Of(text, 3000, seed))
        {
            try
            {
                Assert.NotEmpty(ManifestText.Read(damaged, "m").Graphs.Paths);
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
    public void Random_bytes_are_no_manifest()
    {
        var random = new Random(5);
        for (var length = 0; length < 300; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Throws<InputException>(() => ManifestText.Read(bytes, "m"));
        }
    }

    [Fact]
    public void A_manifest_is_read_as_it_was_written()
    {
        var manifest = CraftedPackage.Manifest([112]) with
        {
            Files = new Dictionary<string, PackageFile> { [CraftedPackage.Weights] = new(1, new string('a', 64)), [CraftedPackage.Index] = new(2, new string('b', 64)), ["r112.onnx"] = new(3, new string('c', 64)) },
            FaceStatistics = [new FaceStatistics(112, 100, 5.5, 1.25)], FaceAppearance = [new FaceAppearance(2, 200, -0.125, FaceAppearance.Text([.. Enumerable.Range(0, 14).Select(i => i / 3f)]))]
        };
        var text = ManifestText.Write(manifest);
        Assert.Equal(Encoding.UTF8.GetString(text), Encoding.UTF8.GetString(ManifestText.Write(ManifestText.Read(text, "m"))));
    }

    private static string Refused(string package, bool verify = true) => Assert.Throws<InputException>(() => ModelPackage.Open(package, verify)).Message;

    private static void Rewrite(string package, Action<JsonObject> change)
    {
        var path = Path.Combine(package, ModelPackage.ManifestFile);
        var manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
    }
}
