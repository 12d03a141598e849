using System.Text.Json;
using System.Text.Json.Nodes;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class CompareVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string One => Path.Combine(tiny.Faces, "person0", "0.jpg");

    [Fact]
    public void Two_files_have_the_librarys_cosine_and_no_verdict()
    {
        var small = _folder.File("small.png");
        File.WriteAllBytes(small, FaceEncoder.EncodePng(FaceResizer.Resize(FaceDecoder.DecodeFile(One), 13, 12)));
        var said = Btnet.Run("compare", One, small, "--model", package.Path).Expect(0).Output;
        using var embedder = FaceEmbedder.Load(package.Path);
        var cosine = embedder.Embed(FaceDecoder.DecodeFile(One)).Similarity(embedder.Embed(FaceDecoder.DecodeFile(small)));
        Assert.StartsWith(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"cosine {cosine:0.0000}"), said, StringComparison.Ordinal);
        Assert.Contains("13 x 12 pixels go to the branch for 14", said, StringComparison.Ordinal);
        Assert.Contains("64 x 64 pixels go to the branch for 112", said, StringComparison.Ordinal);
        Assert.Contains("no calibrated threshold", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_compared_with_each_of_a_folder_and_broken_ones_are_left_out()
    {
        var folder = Directory.CreateDirectory(_folder.File("others")).FullName;
        File.Copy(One, Path.Combine(folder, "a.jpg"));
        File.Copy(Path.Combine(tiny.Faces, "person1", "0.jpg"), Path.Combine(folder, "b.jpg"));
        File.WriteAllText(Path.Combine(folder, "c.jpg"), "no picture");
        using var json = JsonDocument.Parse(Btnet.Run("compare", One, folder, "--model", package.Path, "--json").Expect(3).Output);
        var pairs = json.RootElement.GetProperty("pairs").EnumerateArray().ToList();
        Assert.Equal(["a.jpg", "b.jpg"], pairs.Select(pair => Path.GetFileName(pair.GetProperty("b").GetString())));
        Assert.Equal(1, pairs[0].GetProperty("cosine").GetDouble(), 1e-5);
        Assert.Equal(3, json.RootElement.GetProperty("faces").GetArrayLength());
        Assert.Contains("| a.jpg", Btnet.Run("compare", folder, folder, "--model", package.Path).Expect(3).Output.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_calibrated_package_is_not_called_uncalibrated()
    {
        var calibrated = package.CopyTo(_folder.File("calibrated"));
        var manifest = Path.Combine(calibrated, "btnet.json");
        var json = JsonNode.Parse(File.ReadAllText(manifest))!;
        json["calibration"] = new JsonObject();
        File.WriteAllText(manifest, json.ToJsonString());
        Assert.DoesNotContain("no calibrated threshold", Btnet.Run("compare", One, One, "--model", calibrated).Expect(0).Output, StringComparison.Ordinal);
        foreach (var (model, expected) in ((string, bool)[])[(calibrated, true), (package.Path, false)])
        {
            using var said = JsonDocument.Parse(Btnet.Run("compare", One, One, "--model", model, "--json").Expect(0).Output);
            Assert.Equal(expected, said.RootElement.GetProperty("calibrated").GetBoolean());
        }
    }

    [Fact]
    public void A_picture_that_cannot_be_read_leaves_nothing_to_compare() =>
        Assert.Contains("nothing can be compared", Btnet.Run("compare", One, _folder.WriteText("x.jpg", "x"), "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
