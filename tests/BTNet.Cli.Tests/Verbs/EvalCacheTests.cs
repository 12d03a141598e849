using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>What a model was asked before, over runs of the program.</summary>
public sealed class EvalCacheTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Caches => _folder.File("caches");

    [Fact]
    public void A_second_run_of_the_same_model_computes_nothing_and_says_the_same()
    {
        foreach (var model in (string[])[tiny.Model, package.Path])
        {
            var first = Pairs(model, "112x112,14x14", "--cache", Caches).Expect(0);
            var again = Pairs(model, "112x112,14x14", "--cache", Caches).Expect(0);
            var computed = Pairs(model, "112x112,14x14", "--no-cache").Expect(0);

            Assert.Equal(first.Output, again.Output);
            Assert.Equal(first.Output, computed.Output);
            Assert.Matches(@"\b0 embeddings were known and [1-9][0-9,]* computed \(kept in ", first.Errors);
            Assert.DoesNotContain("were known", computed.Errors, StringComparison.Ordinal);
            Assert.Matches("[0-9,]+ embeddings were known and 0 computed", again.Errors);
        }

        Assert.Equal(2, Directory.GetFiles(Caches, "*.sqlite").Length);
    }

    [Fact]
    public void Another_protocol_computes_what_is_new_alone()
    {
        Pairs(package.Path, "112x112", "--cache", Caches).Expect(0);

        var said = Pairs(package.Path, "112x112,14x14", "--cache", Caches, "--way", "branch").Expect(0);

        Assert.Matches("[1-9][0-9,]* embeddings were known and [1-9][0-9,]* computed", said.Errors);
    }

    [Fact]
    public void Two_runs_at_once_use_one_cache()
    {
        string[] Command() => [.. Arguments(package.Path, "112x112,14x14"), "--cache", Caches];
        using var one = Btnet.Start(Command());
        using var other = Btnet.Start(Command());

        Assert.Equal(one.End().Expect(0).Output, other.End().Expect(0).Output);
        Assert.Contains(" and 0 computed", Pairs(package.Path, "112x112,14x14", "--cache", Caches).Expect(0).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_that_cannot_be_used_is_told_and_everything_is_computed()
    {
        var file = _folder.WriteText("file", "");

        var said = Pairs(package.Path, "112x112", "--cache", Path.Combine(file, "below")).Expect(0);

        Assert.Contains("no embedding cache", said.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_came_out_is_added_to_a_registry_a_line_for_each_way()
    {
        var registry = _folder.File("pairs.csv");
        Pairs(package.Path, "112x112,14x14", "--cache", Caches, "--record", registry).Expect(0);
        Pairs(package.Path, "112x112", "--cache", Caches, "--way", "branch", "--record", registry).Expect(0);

        var lines = BTNet.Evaluation.Records.ResultRegistry.Read(registry);
        Assert.Equal(["enlarged", "branch", "branch"], lines.Select(line => line["way"]));
        Assert.All(lines, line => Assert.Matches("^[01](\\.[0-9]+)?$", line["accuracy 112x112"]));
        Assert.Equal("", lines[2]["accuracy 14x14"]);
        Assert.Single(lines.Select(line => line["fingerprint"]).Distinct());
        Assert.Contains("btnet eval pairs --model", lines[0]["command"], StringComparison.Ordinal);

        var broken = _folder.WriteText("broken.csv", "model,model\n");
        Assert.Contains("expected a registry of results", Pairs(package.Path, "112x112", "--cache", Caches, "--record", broken).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_and_none_at_once_are_refused() =>
        Assert.Contains("--cache and --no-cache exclude each other", Pairs(package.Path, "112x112", "--cache", Caches, "--no-cache").Expect(2).Errors, StringComparison.Ordinal);

    [Theory]
    [InlineData("--cache")]
    [InlineData("--record")]
    public void A_path_of_nothing_is_refused(string option) =>
        Assert.Contains($"{option} names nothing", Pairs(package.Path, "112x112", option, "").Expect(2).Errors, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private string[] Arguments(string model, string resolutions) => ["eval", "pairs", "--model", model, "--pairs", List(), "--root", tiny.Faces, "--resolutions", resolutions, "--json"];

    /// <summary>Each person's first two faces, and each one's first beside the next one's.</summary>
    private string List()
    {
        var people = Directory.GetDirectories(tiny.Faces).Order(StringComparer.Ordinal)
            .Select(folder => Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(tiny.Faces, file)).ToArray()).ToArray();
        return _folder.WriteText("pairs.txt", string.Concat(people.Index().Select(person => $"{person.Item[0]}\t{person.Item[1]}\t1\n{person.Item[0]}\t{people[(person.Index + 1) % people.Length][0]}\t0\n")));
    }

    private Ended Pairs(string model, string resolutions, params string[] more) => Btnet.Run([.. Arguments(model, resolutions), .. more]);
}
