using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class QuantizeVerbTests : IDisposable
{
    private readonly TinyModel _tiny;
    private readonly TemporaryFolder _folder = new();
    private readonly string _package;

    public QuantizeVerbTests(TinyModel tiny)
    {
        _tiny = tiny;
        _package = _folder.File("package");
        Btnet.Run("export", tiny.Model, "--output", _package).Expect(0);
    }

    [Fact]
    public void A_package_is_quantized_and_both_precisions_are_measured_on_pairs()
    {
        string[] pairs = [.. new[] { 0, 1 }.Select(fold => _folder.WriteText($"fold{fold}.txt", string.Concat(Enumerable.Range(0, 4).Select(i => $"person{i}/{fold}.jpg\tperson{i}/{fold + 2}.jpg\t1\nperson{i}/{fold}.jpg\tperson{(i + 1) % 4}/{fold}.jpg\t0\n"))))];
        var told = Btnet.Run(["quantize", _package, "--faces", _tiny.Faces, "--images", "10", "--ranges", "percentile", "--pairs", .. pairs, "--root", _tiny.Faces]).Expect(0).Output;
        Assert.Contains("fp32 accuracy %", told, StringComparison.Ordinal);
        Assert.Contains("112x14", told, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(Btnet.Run(["quantize", _package, "--faces", _tiny.Faces, "--images", "10", "--pairs", .. pairs, "--root", _tiny.Faces, "--resolutions", "14x14", "--json"]).Expect(0).Output);
        Assert.Equal(14, json.RootElement.GetProperty("package").GetProperty("checks")[1].GetProperty("resolution").GetInt32());
        Assert.Equal("14x14", Assert.Single(json.RootElement.GetProperty("accuracy").EnumerateArray()).GetProperty("pair").GetString());
        Btnet.Run(["eval", "pairs", "--model", _package, "--int8", "--pairs", .. pairs, "--root", _tiny.Faces, "--resolutions", "112x112"]).Expect(0);
    }

    [Fact]
    public void Broken_pictures_are_named_and_skipped()
    {
        var faces = Directory.CreateDirectory(_folder.File("faces")).FullName;
        File.Copy(Path.Combine(_tiny.Faces, "person0", "0.jpg"), Path.Combine(faces, "good.jpg"));
        File.WriteAllText(Path.Combine(faces, "broken.jpg"), "no picture");
        var ended = Btnet.Run("quantize", _package, "--faces", faces).Expect(3);
        Assert.Contains("broken.jpg", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("reading faces: 2 of 2 pictures", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("cosine", ended.Output, StringComparison.Ordinal);
        // The only face was calibrated with and compared.
        Assert.Contains("Ranges are those of the same faces.", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolutions_that_the_package_lacks_are_refused_before_it_is_replaced()
    {
        string[] pairs = [.. new[] { 0, 1 }.Select(fold => _folder.WriteText($"fold{fold}.txt", string.Concat(Enumerable.Range(0, 4).Select(i => $"person{i}/{fold}.jpg\tperson{i}/{fold + 2}.jpg\t1\nperson{i}/{fold}.jpg\tperson{(i + 1) % 4}/{fold}.jpg\t0\n"))))];
        var ended = Btnet.Run(["quantize", _package, "--faces", _tiny.Faces, "--images", "5", "--pairs", .. pairs, "--root", _tiny.Faces, "--resolutions", "112x56"]).Expect(2);
        Assert.Contains("--resolutions asks for 56", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_package, "int8")));
    }

    [Fact]
    public void What_cannot_be_quantized_is_refused_with_what_to_do()
    {
        var empty = Directory.CreateDirectory(_folder.File("empty")).FullName;
        Assert.Contains("no pictures in this folder", Btnet.Run("quantize", _package, "--faces", empty).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("no such file or folder", Btnet.Run("quantize", _package, "--faces", _folder.File("nowhere")).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("`btnet export` writes", Btnet.Run("quantize", _tiny.Model, "--faces", _tiny.Faces).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("expected 1 or more", Btnet.Run("quantize", _package, "--faces", _tiny.Faces, "--images", "0").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("Ranges is 7", Btnet.Run("quantize", _package, "--faces", _tiny.Faces, "--images", "5", "--ranges", "7").Expect(2).Errors, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_package, "notes.txt"), "mine");
        Assert.Contains("notes.txt", Btnet.Run("quantize", _package, "--faces", _tiny.Faces, "--images", "5").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("notes.txt", Btnet.Run("export", _tiny.Model, "--output", _package).Expect(2).Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_package, "notes.txt")));
        Assert.False(Directory.Exists(Path.Combine(_package, "int8")));
    }

    public void Dispose() => _folder.Dispose();
}
