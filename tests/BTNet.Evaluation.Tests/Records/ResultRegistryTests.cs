using BTNet.Evaluation.Records;
using BTNet.TestSupport;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Records;

public sealed class ResultRegistryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("results.csv");

    [Fact]
    public void A_run_is_a_line_and_what_came_before_stays()
    {
        ResultRegistry.Append(Path, Row("one", ("a", 0.5), ("b", null)));
        ResultRegistry.Append(Path, Row("two, \"quoted\"\nin two lines", ("a", 1 / 3.0), ("b", 1)));

        Assert.Equal("model,a,b\none,0.5,\n\"two, \"\"quoted\"\"\nin two lines\",0.333333,1\n", File.ReadAllText(Path));
        var lines = ResultRegistry.Read(Path);
        Assert.Equal(["one", "two, \"quoted\"\nin two lines"], lines.Select(line => line["model"]));
        Assert.Equal(("0.5", "", "0.333333"), (lines[0]["a"], lines[0]["b"], lines[1]["a"]));
    }

    [Fact]
    public void Figures_that_there_is_no_column_for_get_one_behind_the_others()
    {
        ResultRegistry.Append(Path, Row("one", ("a", 0.5)));
        ResultRegistry.Append(Path, Row("two", ("c", 0.25), ("a", 0.75)), Row("three", ("d", 1)));

        Assert.Equal("model,a,c,d\none,0.5,,\ntwo,0.75,0.25,\nthree,,,1\n", File.ReadAllText(Path));
    }

    [Theory]
    [InlineData("model,a\none,1,2\n", ":2: has 3 fields where the first line has 2")]
    [InlineData("model,a\none,1\ntwo\n", ":3: has 1 fields")]
    [InlineData("model,a\none,\"1\n", ":2: has a quote without an end")]
    [InlineData("model,model\none,1\n", "two have the same")]
    [InlineData("model,\none,1\n", "a column has no name")]
    [InlineData("\"model\n", "no end")]
    public void What_is_no_registry_is_refused_and_stays_as_it_is(string text, string fault)
    {
        File.WriteAllText(Path, text);

        var said = Assert.Throws<InputException>(() => ResultRegistry.Append(Path, Row("one", ("a", 1)))).Message;

        Assert.Contains(Path, said, StringComparison.Ordinal);
        Assert.Contains(fault, said, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Path));
    }

    [Fact]
    public void A_file_that_is_not_there_or_empty_is_begun_but_not_read()
    {
        Assert.Throws<InputException>(() => ResultRegistry.Read(Path));
        File.WriteAllText(Path, "");

        ResultRegistry.Append(Path, Row("one", ("a", 1)));

        Assert.Equal("model,a\none,1\n", File.ReadAllText(Path));
        Assert.Throws<InputException>(() => ResultRegistry.Append(_folder.Path, Row("one", ("a", 1))));
    }

    [Fact]
    public void Lines_that_are_added_at_once_are_all_there()
    {
        Parallel.For(0, 20, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number => ResultRegistry.Append(Path, Row($"{number}", ("a", number))));

        Assert.Equal(Enumerable.Range(0, 20).Select(number => $"{number}").Order(), ResultRegistry.Read(Path).Select(line => line["model"]).Order());
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused_and_stays()
    {
        byte[] latin = [.. "model,a\nM"u8, 0xFC, .. "ller,1\n"u8];
        File.WriteAllBytes(Path, latin);

        Assert.Throws<InputException>(() => ResultRegistry.Append(Path, Row("one", ("a", 1))));
        Assert.Equal(latin, File.ReadAllBytes(Path));
    }

    [Fact]
    public void What_could_not_be_added_to_is_told_beforehand()
    {
        ResultRegistry.Require(Path);
        ResultRegistry.Require(_folder.File("new/folder/results.csv"));
        var file = _folder.WriteText("file", "model,model\n");

        foreach (var (path, fault) in ((string, string)[])[(_folder.Path, "is a folder"), (System.IO.Path.Combine(file, "results.csv"), "is a file and no folder"), (file, "two have the same")])
            Assert.Contains(fault, Assert.Throws<InputException>(() => ResultRegistry.Require(path)).Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 100)]
    public void What_any_text_is_written_as_is_read_again(string?[] texts)
    {
        // A zero byte and a single carriage return are no text that a line of such a file can tell from its end.
        string[] models = [.. texts.Select(text => (text ?? "").Replace("\r", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal))];
        using var folder = new TemporaryFolder();
        var path = folder.File("results.csv");
        foreach (var model in models) ResultRegistry.Append(path, Row(model, ("a", 1)));

        if (models.Length > 0) Assert.Equal(models, ResultRegistry.Read(path).Select(line => line["model"]));
    }

    [Fact]
    public void Damage_anywhere_is_refused_or_read_and_nothing_else()
    {
        ResultRegistry.Append(Path, [.. Enumerable.Range(0, 20).Select(number => Row($"model \"{number}\", really", ("a", number / 20.0), ("b", null)))]);
        var whole = File.ReadAllBytes(Path);
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 4; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Path, damaged[..random.Next(1, damaged.Length)]);
            try
            {
                ResultRegistry.Append(Path, Row("one more", ("a", 1)));
                Assert.Equal("one more", ResultRegistry.Read(Path)[^1].GetValueOrDefault("model", "one more"));
            }
            catch (InputException fault)
            {
                Assert.Contains(Path, fault.Message, StringComparison.Ordinal);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static ResultRow Row(string model, params (string, double?)[] figures) => new([("model", model)], figures);
}
