using System.Text.Json;
using BTNet.Inference;
using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>What the verbs do with a recogniser that others trained: the tiny model's graph for 112 pixels, with its weights in a file, taken for one.</summary>
public sealed class RecogniserPackageTests : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TinyModel _tiny;
    private readonly TemporaryFolder _folder = new();
    private readonly string _onnx;
    private readonly string _package;
    private readonly string _own;

    public RecogniserPackageTests(TinyModel tiny, TinyPackage package)
    {
        (_tiny, _onnx, _package, _own) = (tiny, Path.Combine(package.Path, "r112.onnx"), _folder.File("package"), package.Path);
        var shape = RecogniserShape.Of(_onnx, new ForeignInput("", "", ForeignInput.Rgb, [0, 0, 0], [1 / 255f, 1 / 255f, 1 / 255f]));
        using var draft = new PackageDraft(_package);
        RecogniserPackage.Write(draft, _onnx, shape.Input, shape.EmbeddingSize);
        draft.PutInPlace();
    }

    private string One => Path.Combine(_tiny.Faces, "person0", "0.jpg");

    private string Pairs => _folder.WriteText("fold.txt", string.Concat(Enumerable.Range(0, 4).Select(i => $"person{i}/0.jpg\tperson{i}/2.jpg\t1\nperson{i}/0.jpg\tperson{(i + 1) % 4}/0.jpg\t0\n")));

    [Fact]
    public void Info_says_what_it_expects()
    {
        var said = Btnet.Run("info", _package).Expect(0).Output;
        foreach (var part in (string[])[
            "a model package (format 2) of onnx (embedding 16)", "not counted", "recogniser of others: r112/r112.onnx with r112/weights.bin, as it was: 'pixels' [N, 3, 112, 112] to 'embedding'",
            "pixels: RGB, (p / 255 - mean) / std with mean 0 0 0, std 0.003921569 0.003921569 0.003921569"])
            Assert.Contains(part, said, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Btnet.Run("info", _package, "--json").Expect(0).Output);
        Assert.Equal("RGB", json.RootElement.GetProperty("package").GetProperty("recogniser").GetProperty("input").GetProperty("colourOrder").GetString());
    }

    [Fact]
    public void Faces_are_embedded_and_compared()
    {
        var table = _folder.File("faces.csv");
        Btnet.Run("embed", _tiny.Faces, "--model", _package, "--out", table).Expect(0);
        Assert.Contains("go to the branch for 112", File.ReadAllText(table), StringComparison.Ordinal);
        Assert.StartsWith("cosine 1.0000", Btnet.Run("compare", One, One, "--model", _package).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_are_measured_by_enlarging_with_the_package_and_with_the_bare_file()
    {
        string[] pairs = ["--pairs", Pairs, "--root", _tiny.Faces, "--resolutions", "112x112,14x14", "--json"];
        using var packaged = JsonDocument.Parse(Btnet.Run(["eval", "pairs", "--model", _package, .. pairs]).Expect(0).Output);
        var path = packaged.RootElement.ToString();
        Assert.Contains("14x14", path, StringComparison.Ordinal);

        // What the bare file gives is what the package gives that it was taken from, and no other package is made for it.
        var places = Directory.CreateDirectory(_folder.File("places")).FullName;
        using var bare = JsonDocument.Parse(Btnet.RunWith([new("TMPDIR", places)], ["eval", "pairs", "--model", _onnx, "--input", "bytes-rgb", .. pairs]).Expect(0).Output);
        using var own = JsonDocument.Parse(Btnet.Run(["eval", "pairs", "--model", _own, "--way", "upsample", .. pairs]).Expect(0).Output);
        Assert.Contains($"{_onnx} (bytes-rgb, embedding 16)", bare.RootElement.ToString(), StringComparison.Ordinal);
        Assert.Equal(Accuracies(own.RootElement), Accuracies(bare.RootElement));
        Assert.Empty(Directory.GetFileSystemEntries(places, "btnet-*"));
    }

    [Fact]
    public void What_cannot_be_done_with_one_says_so()
    {
        Assert.Contains("is built on a recogniser that others trained (r112/r112.onnx), which is kept as it is", Btnet.Run("quantize", _package, "--faces", _tiny.Faces, "--images", "5").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("has no networks in 8-bit integers", Btnet.Run("compare", One, One, "--model", _package, "--int8").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("--input says what it expects: signed-rgb,", Btnet.Run("eval", "pairs", "--model", _onnx, "--pairs", Pairs, "--root", _tiny.Faces).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("whose files say it; leave it away", Btnet.Run("eval", "pairs", "--model", _package, "--input", "unit-rgb", "--pairs", Pairs, "--root", _tiny.Faces).Expect(2).Errors, StringComparison.Ordinal);
        var three = "expected the folder of a checkpoint (`btnet train`, `import` and `demo` write one), that of a model package (`btnet export` and `extend` write one), or a recogniser's ONNX file, with --input";
        foreach (var model in (string[])["", _folder.File("nowhere")])
            Assert.Contains($"--model '{model}': there is nothing of that name; {three}", Btnet.Run("eval", "pairs", "--model", model, "--pairs", Pairs, "--root", _tiny.Faces).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("cannot be read as an ONNX file", Btnet.Run("eval", "pairs", "--model", One, "--input", "unit-rgb", "--pairs", Pairs, "--root", _tiny.Faces).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Verbs_that_want_a_package_say_what_is_done_with_an_ONNX_file()
    {
        var onnx = _folder.File("bare.onnx");
        File.Copy(_onnx, onnx);
        string[][] wanting = [["compare", One, One, "--model", onnx], ["embed", One, "--model", onnx, "--out", _folder.File("faces.csv")], ["info", onnx]];
        foreach (var arguments in wanting)
        {
            var said = Btnet.Run(arguments).Expect(2).Errors;
            Assert.Contains("is an ONNX file. `btnet eval pairs --model", said, StringComparison.Ordinal);
            Assert.Contains($"`btnet extend {onnx}` makes a model package of it", said, StringComparison.Ordinal);
        }

        // Its weights are not beside it.
        Assert.Contains($"{onnx} takes weights from 'weights.bin', which is not beside it", Btnet.Run("eval", "pairs", "--model", onnx, "--input", "bytes-rgb", "--pairs", Pairs, "--root", _tiny.Faces).Expect(2).Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Those of every report and pair of resolutions, in order.</summary>
    private static double[] Accuracies(JsonElement root)
    {
        List<double> found = [];
        Collect(root);
        Assert.Equal(2, found.Count);
        return [.. found];

        void Collect(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array) foreach (var item in element.EnumerateArray()) Collect(item);
            if (element.ValueKind != JsonValueKind.Object) return;
            foreach (var property in element.EnumerateObject())
            {
                if (property is { Name: "accuracy", Value.ValueKind: JsonValueKind.Object }) found.Add(property.Value.GetProperty("mean").GetDouble());
                else Collect(property.Value);
            }
        }
    }
}
