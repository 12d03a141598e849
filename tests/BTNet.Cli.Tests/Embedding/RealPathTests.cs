using BTNet.Cli.Embedding;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Embedding;

public sealed class RealPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RealPathTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Links_are_followed_wherever_they_stand_in_a_path()
    {
        var real = new RealPath();
        var deep = Directory.CreateDirectory(_folder.File("a/b")).FullName;
        var file = Path.Combine(deep, "file");
        File.WriteAllText(file, "");
        Directory.CreateSymbolicLink(_folder.File("first"), "a");
        Directory.CreateSymbolicLink(_folder.File("a/second"), Path.Combine("..", "first", "b"));
        File.CreateSymbolicLink(_folder.File("third"), Path.Combine("first", "second", "file"));

        var expected = real.Of(file);
        foreach (var path in (string[])["third", "first/b/file", "a/second/file", "first/second/../b/./file"]) Assert.Equal(expected, real.Of(_folder.File(path)));
    }

    [Fact]
    public void What_is_not_there_or_leads_round_in_a_circle_has_an_end()
    {
        var real = new RealPath();
        var folder = real.Of(_folder.Path);
        Assert.Equal(Path.Combine(folder, "no", "where"), real.Of(_folder.File("no/where")));
        Directory.CreateSymbolicLink(_folder.File("itself"), "itself");
        Directory.CreateSymbolicLink(_folder.File("one"), Path.Combine("other", "x"));
        Directory.CreateSymbolicLink(_folder.File("other"), Path.Combine("one", "x"));
        foreach (var name in (string[])["itself", "one", "other"]) Assert.StartsWith(folder, real.Of(_folder.File(name)), StringComparison.Ordinal);
    }
}
