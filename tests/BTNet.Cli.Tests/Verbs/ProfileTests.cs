using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class ProfileTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_trunks_profile_is_printed_as_JSON_and_nothing_is_written()
    {
        var model = _folder.File("model");

        var ended = Btnet.Run(tiny.TrainTrunk(model, "--profile", "3", "--json")).Expect(0);

        Assert.False(Directory.Exists(model));
        using var json = JsonDocument.Parse(ended.Output);
        var root = json.RootElement;
        Assert.Equal(("trunk", 3, 3, 8), (root.GetProperty("what").GetString(), root.GetProperty("steps").GetInt32(), root.GetProperty("warmUp").GetInt32(), root.GetProperty("batch").GetInt32()));
        var parts = root.GetProperty("parts").EnumerateArray().ToDictionary(part => part.GetProperty("part").GetString()!);
        Assert.Equal(
            parts.Values.Sum(part => part.GetProperty("allMilliseconds").GetDouble()), root.GetProperty("stepMilliseconds").GetProperty("mean").GetDouble(),
            0.01 * root.GetProperty("stepMilliseconds").GetProperty("mean").GetDouble());
        Assert.True(parts["convolution3x3"].GetProperty("milliseconds").GetProperty("backward").GetDouble() > 0);
        Assert.True(parts["convolution3x3"].GetProperty("forwardGflops").GetDouble() > 0);
        Assert.Equal("float32", root.GetProperty("peak").GetProperty("precision").GetString());
        Assert.True(root.GetProperty("peak").GetProperty("matrixGflops").GetDouble() > 0);
        Assert.True(root.GetProperty("memory").GetProperty("residentBytes").GetInt64() > 1 << 20);
    }

    [Fact]
    public void A_branchs_profile_is_a_table_and_leaves_a_trained_model_and_the_folder_as_they_were()
    {
        var model = tiny.CopyTo(_folder.File("model"), withBranch: true);
        File.WriteAllText(Path.Combine(model, "branch-14.1234.tmp"), "a training in work may be writing this");
        var before = Directory.GetFiles(model).Order().Select(file => (file, File.GetLastWriteTimeUtc(file))).ToList();

        var ended = Btnet.Run(tiny.TrainBranch(model, "--set", "run.saveEvery=1", "--profile", "2")).Expect(0);

        Assert.Equal(before, Directory.GetFiles(model).Order().Select(file => (file, File.GetLastWriteTimeUtc(file))));
        Assert.Contains("branch-14: milliseconds a step, the mean of 2 steps of 8 images after 3 of warm-up", ended.Output, StringComparison.Ordinal);
        foreach (var part in (string[])["teacher", "distillation", "norm + PReLU", "waiting for data", "other", "step"])
            Assert.Matches($@"(?m)^\| {System.Text.RegularExpressions.Regex.Escape(part)} +\|", ended.Output);
        Assert.Contains("images/s", ended.Output, StringComparison.Ordinal);
        Assert.Contains("profiling branch-14: 5 of 5 steps", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(ended.Output, c => char.IsControl(c) && c != '\n');
    }

    public void Dispose() => _folder.Dispose();
}
