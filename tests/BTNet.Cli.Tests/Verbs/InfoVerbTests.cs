using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class InfoVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>
{
    [Fact]
    public void The_table_of_a_network_and_its_branches_is_printed()
    {
        var lines = Btnet.Run("info", "--backbone", "iresnet18").Expect(0).Output.Split('\n');
        Assert.Equal("iresnet18 (width 64, embedding 512)", lines[0]);
        Assert.Single(lines, line => line.StartsWith("| 112 (trunk)", StringComparison.Ordinal));
        foreach (var side in (string[])["56", "28", "14", "7"]) Assert.Single(lines, line => line.StartsWith($"| {side} ", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("112 + 28 + 14 + 7 together", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("4 separate networks", StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_is_told_as_JSON()
    {
        using var json = JsonDocument.Parse(Btnet.Run("info", "--backbone", "mobilefacenet", "--width", "8", "--json").Expect(0).Output);
        var backbone = json.RootElement.GetProperty("backbone");
        Assert.Equal(8, backbone.GetProperty("spec").GetProperty("width").GetInt32());
        Assert.Equal([56, 28, 14, 7], backbone.GetProperty("branches").EnumerateArray().Select(branch => branch.GetProperty("resolution").GetInt32()));
        Assert.True(backbone.GetProperty("trunk").GetProperty("parameters").GetInt64() > 10_000);
    }

    [Fact]
    public void The_machine_is_told()
    {
        var ended = Btnet.Run("info").Expect(0);
        foreach (var key in (string[])["btnet", ".NET", "torch", "system", "cores", "memory", "SIMD", "malloc"])
            Assert.Contains($"\n{key} ", "\n" + ended.Output, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux()) Assert.Contains("keeps memory for reuse", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_model_holds_and_where_it_comes_from_is_told()
    {
        var said = Btnet.Run("info", "--model", tiny.Model).Expect(0).Output;
        Assert.Contains("trunk.safetensors: trunk, ", said, StringComparison.Ordinal);
        Assert.Contains("branch-14.safetensors: branch for 14 pixels, batch norms: Own", said, StringComparison.Ordinal);
        Assert.Contains("classifier of 4 identities", said, StringComparison.Ordinal);
        Assert.Contains("steps: 40", said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_models_folder_is_refused_with_what_may_be_given()
    {
        const string Expected = "Expected the folder of a model package (btnet.json; `btnet export` writes one) or of a checkpoint (*.safetensors; `btnet train`, `import` and `demo` write one), or, for a network by its name, --backbone ";
        using var folder = new TemporaryFolder();
        var inner = Directory.CreateDirectory(Path.Combine(package.CopyTo(folder.File("copy")), "int8")).FullName;
        File.WriteAllText(Path.Combine(inner, "r112.onnx"), "");
        Refused(tiny.Faces, $"holds neither a model package nor a checkpoint. {Expected}iresnet");
        Refused("no-such-thing", $"there is no such folder. {Expected}iresnet");
        Refused("mobilefacenet", $"there is no such folder. {Expected}mobilefacenet");
        foreach (var file in (string[])["weights.bin", "r112.onnx", "btnet.json"]) Refused(Path.Combine(package.Path, file), $"is a file of a model; give its folder, {package.Path}. {Expected}");
        Refused(Path.Combine(inner, "r112.onnx"), $"is a file of a model; give its folder, {folder.File("copy")}. {Expected}");
        Refused(Path.Combine(tiny.Model, "trunk.safetensors"), $"is a file of a model; give its folder, {tiny.Model}. {Expected}");
        Refused(folder.WriteText("notes.txt", ""), $"is a file and no folder of a model. {Expected}");

        static void Refused(string path, string said)
        {
            Assert.Contains($"{path}: {said}", Btnet.Run("info", path).Expect(2).Errors, StringComparison.Ordinal);
            if (path == "no-such-thing") Assert.Contains($"{path}: {said}", Btnet.Run("info", "--model", path).Expect(2).Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_a_package_is_is_told_and_its_checksums_are_compared()
    {
        var said = Btnet.Run("info", package.Path).Expect(0).Output;
        Assert.Contains("a model package (format 1) of iresnet10 (width 4, embedding 16)", said, StringComparison.Ordinal);
        foreach (var part in (string[])["| 112 (trunk) |", "| 14 ", "weights.bin: ", "checksums: all ", "provenance of branch-14:", "steps: 40"]) Assert.Contains(part, said, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Btnet.Run("info", "--model", package.Path, "--json").Expect(0).Output);
        var told = json.RootElement.GetProperty("package");
        Assert.Equal([112, 14], told.GetProperty("resolutions").EnumerateArray().Select(path => path.GetProperty("resolution").GetInt32()));
        Assert.True(told.GetProperty("checksumsVerified").GetBoolean());
        Assert.Equal(JsonValueKind.Null, told.GetProperty("int8").ValueKind);
    }

    [Fact]
    public void A_damaged_package_is_refused_by_the_files_name()
    {
        using var folder = new TemporaryFolder();
        var copy = package.CopyTo(folder.File("copy"));
        File.Delete(Path.Combine(copy, "r14.onnx"));
        Assert.Contains("r14.onnx is missing", Btnet.Run("info", copy).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_models_at_once_are_one_too_many() =>
        Assert.Contains("give one of them", Btnet.Run("info", package.Path, "--model", tiny.Model).Expect(2).Errors, StringComparison.Ordinal);
}
