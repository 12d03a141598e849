using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class EvalPairsVerbTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Both_ways_are_measured_on_a_bin_file_and_written_in_every_form()
    {
        var (csv, plots) = (_folder.File("pairs.csv"), _folder.File("plots"));
        var ended = Eval(tiny.Model, "lfw_fold3_py2.bin", "--json", "--csv", csv, "--plots", plots).Expect(0);
        using var json = JsonDocument.Parse(ended.Output);
        Assert.Equal(["upSample", "branch"], json.RootElement.GetProperty("reports").EnumerateArray().Select(report => report.GetProperty("way").GetString()));
        Assert.All(json.RootElement.GetProperty("reports").EnumerateArray(), report => Assert.Equal(
            ["112x112", "112x14", "14x14"], report.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("pair").GetString())));
        Assert.Equal(1 + (2 * 3), File.ReadAllLines(csv).Length);
        foreach (var name in (string[])["roc-branch", "roc-upsample", "heatmap-branch", "heatmap-upsample"])
            Assert.True(IsPng(Path.Combine(plots, $"{name}.png")), name);
        Assert.Contains("embedding faces: ", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_sets_both_ways_beside_each_other_and_JSON_goes_to_a_file()
    {
        var json = _folder.File("pairs.json");
        var ended = Eval(tiny.Model, "lfw_fold3_py2.bin", "--resolutions", "14x14", "--json", json).Expect(0);
        Assert.Contains("| 14x14 |", ended.Output, StringComparison.Ordinal);
        Assert.Contains("BTNet accuracy %", ended.Output, StringComparison.Ordinal);
        Assert.Contains("120 pairs", ended.Output, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(File.ReadAllText(json));
        Assert.Equal("btnet-pairs", document.RootElement.GetProperty("format").GetString());
    }

    [Fact]
    public void A_trunk_alone_is_measured_by_enlarging()
    {
        var ended = Eval(tiny.CopyTo(_folder.File("model")), "lfw_fold3.bin", "--resolutions", "112x7", "--reference").Expect(0);
        Assert.Contains("small faces enlarged into the trunk", ended.Output, StringComparison.Ordinal);
        Assert.Contains("600 pairs", ended.Output, StringComparison.Ordinal);
        Assert.Contains("Reference-compatible", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resolution_without_a_branch_is_refused() => Assert.Contains(
        "there is no branch for 28", Eval(tiny.Model, "lfw_fold3_py2.bin", "--way", "branch", "--resolutions", "112x28").Expect(2).Errors, StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_could_be_written_is_told_before_anything_is_measured()
    {
        string Refused(string option, string place) => Btnet.Run("eval", "pairs", "--model", tiny.Model, "--pairs", _folder.File("nowhere.bin"), option, place).Expect(2).Errors.ReplaceLineEndings(" ");
        foreach (var option in (string[])["--json", "--csv", "--report"]) Assert.Contains("is a folder; expected the name of a file to write", Refused(option, _folder.Path), StringComparison.Ordinal);
        Assert.Contains("is a file and no folder", Refused("--plots", _folder.WriteText("file", "")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_trunk_is_refused_by_name()
    {
        var model = tiny.CopyTo(_folder.File("model"));
        var trunk = Path.Combine(model, "trunk.safetensors");
        File.WriteAllBytes(trunk, File.ReadAllBytes(trunk)[..^1000]);
        var ended = Eval(model, "lfw_fold3_py2.bin").Expect(2);
        Assert.Contains(trunk, ended.Errors, StringComparison.Ordinal);
        Assert.Contains("cut off or damaged", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_of_another_trunk_is_refused()
    {
        var model = _folder.File("model");
        Btnet.Run(tiny.TrainTrunk(model, "--epochs", "1", "--seed", "9")).Expect(0);
        File.Copy(Path.Combine(tiny.Model, "branch-14.safetensors"), Path.Combine(model, "branch-14.safetensors"));
        Assert.Contains("was trained on another trunk", Eval(model, "lfw_fold3_py2.bin").Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Enlarging_needs_the_trunk_only_whatever_the_branches_are()
    {
        var model = tiny.CopyTo(_folder.File("model"));
        var branch = File.ReadAllBytes(Path.Combine(tiny.Model, "branch-14.safetensors"));
        File.WriteAllBytes(Path.Combine(model, "branch-14.safetensors"), branch[..(branch.Length / 2)]);
        Assert.Contains("branch-14.safetensors", Eval(model, "lfw_fold3_py2.bin", "--resolutions", "14x14").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("| 14x14 |", Eval(model, "lfw_fold3_py2.bin", "--resolutions", "14x14", "--way", "upsample").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_images_are_borne_up_to_the_share_that_is_said()
    {
        var pairs = _folder.WriteText("pairs.txt", string.Concat(
            from image in Enumerable.Range(0, 8)
            from same in (bool[])[true, false]
            select $"person0/{image}.jpg\tperson{(same ? 0 : 1)}/{(image + 1) % 8}.jpg\t{(same ? 1 : 0)}\n") + "person0/9.jpg\tperson0/1.jpg\t1\n");
        string[] command = ["eval", "pairs", "--model", tiny.Model, "--pairs", pairs, "--root", tiny.Faces, "--resolutions", "112x112"];
        var refused = Btnet.Run(command).Expect(2).Errors;
        Assert.Contains("--broken-share", refused, StringComparison.Ordinal);
        Assert.Contains("--root", refused, StringComparison.Ordinal);
        // Each missing image is a line where they are borne; where not, the first few are enough.
        Assert.DoesNotContain("skipped", refused, StringComparison.Ordinal);
        Assert.Contains("1 pairs were left out", Btnet.Run([.. command, "--broken-share", "0.1"]).Expect(3).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(4, 2)]
    [InlineData(4, 3, "--broken-share", "0.05")]
    public void Few_broken_images_are_named_and_left_out_and_many_stop_the_measuring(int broken, int exitCode, params string[] more)
    {
        // 120 images of one picture for each of two people, so that up to one may be broken.
        var pictures = Enumerable.Range(0, 2).Select(person => File.ReadAllBytes(Path.Combine(tiny.Faces, $"person{person}", "0.jpg"))).ToArray();
        for (var i = 0; i < 120; i++) _folder.WriteBytes($"{i}.jpg", i < broken ? pictures[0].AsSpan(0, 300) : pictures[i % 2]);
        var pairs = _folder.WriteText("pairs.txt", string.Join('\n', Enumerable.Range(0, 60).Select(i => $"{i}.jpg\t{60 + i}.jpg\t{i / 2 % 2}")));
        var ended = Btnet.Run(["eval", "pairs", "--model", tiny.Model, "--pairs", pairs, "--resolutions", "112x112", .. more]).Expect(exitCode);
        Assert.Contains("skipped 0.jpg: ", ended.Errors, StringComparison.Ordinal);
        if (exitCode == 3) Assert.Contains($"{broken} pairs were left out", ended.Output, StringComparison.Ordinal);
    }

    private static bool IsPng(string file) => File.ReadAllBytes(file).AsSpan().StartsWith((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G']);

    private static Ended Eval(string model, string bin, params string[] more) =>
        Btnet.Run(["eval", "pairs", "--model", model, "--pairs", SharedData.Require("formats", "bin", bin), .. more]);

    public void Dispose() => _folder.Dispose();
}
