using System.Text.Json;
using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class ExportVerbTests(TinyModel tiny) : IDisposable
{
    private const int Kills = 5;

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder.File("package");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_becomes_a_package_that_says_how_near_it_is()
    {
        var ended = Btnet.Run("export", tiny.Model, "--output", Target).Expect(0);

        Assert.Contains("| 14 ", ended.Output, StringComparison.Ordinal);
        Assert.Contains("checking", ended.Errors, StringComparison.Ordinal);
        Assert.Equal([112, 14], Sides());
        using var json = JsonDocument.Parse(Btnet.Run("export", tiny.Model, "--output", Target, "--json").Expect(0).Output);
        Assert.All(json.RootElement.GetProperty("checks").EnumerateArray(), check => Assert.InRange(check.GetProperty("furthest").GetDouble(), -1e-4, 1e-4));
        Assert.Equal(Directory.GetFiles(Target).Where(file => Path.GetFileName(file) != ModelPackage.ManifestFile).Sum(file => new FileInfo(file).Length), json.RootElement.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void A_face_that_cannot_be_read_is_skipped_and_told()
    {
        var faces = _folder.File("faces");
        TinyModel.WriteFaces(faces);
        File.WriteAllText(Path.Combine(faces, "person0", "0.jpg"), "no picture");

        var ended = Btnet.Run("export", tiny.Model, "--output", Target, "--faces", faces, "--branches", "112").Expect(3);

        Assert.Contains("0.jpg: is not a picture", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("reading faces: 32 of 32 pictures", ended.Errors, StringComparison.Ordinal);
        Assert.Equal([112], Sides());
    }

    [Fact]
    public void What_cannot_be_is_refused_before_anything_is_written()
    {
        var photos = Directory.CreateDirectory(_folder.File("photos")).FullName;
        File.WriteAllText(Path.Combine(photos, "a.jpg"), "a");

        Assert.Contains("no branch for 28", Btnet.Run("export", tiny.Model, "--output", Target, "--branches", "28").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("13 is no resolution", Btnet.Run("export", tiny.Model, "--output", Target, "--branches", "13").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("holds no trunk", Btnet.Run("export", _folder.File("nowhere"), "--output", Target).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("holds other files", Btnet.Run("export", tiny.Model, "--output", photos).Expect(2).Errors, StringComparison.Ordinal);

        Assert.Equal([photos], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Single(Directory.GetFileSystemEntries(photos));
    }

    [Fact]
    public void Whenever_it_is_killed_the_earlier_package_is_there_and_whole()
    {
        Btnet.Run("export", tiny.Model, "--output", Target, "--branches", "112").Expect(0);
        var earlier = ModelPackage.Open(Target).Fingerprint;
        var halfDone = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var running = Btnet.Start("export", tiny.Model, "--output", Target);
            var already = Drafts();
            while (Drafts() == already && !running.HasEnded) Thread.Sleep(1);
            Thread.Sleep(40 * kill);
            running.Kill();
            if (running.End().ExitCode != 0) halfDone++;
            // Nothing but the names of two folders changes in the end; most kills come before.
            if (ModelPackage.Open(Target).Fingerprint != earlier) Assert.Equal([112, 14], Sides());
        }

        Assert.InRange(halfDone, 1, Kills);
        Btnet.Run("export", tiny.Model, "--output", Target).Expect(0);
        Assert.Equal([112, 14], Sides());

        int Drafts() => Directory.GetDirectories(_folder.Path, "package.*.tmp").Length;
    }

    [Fact]
    public void A_first_export_that_is_killed_leaves_no_package()
    {
        using (var running = Btnet.Start("export", tiny.Model, "--output", Target))
        {
            while (Directory.GetDirectories(_folder.Path).Length == 0 && !running.HasEnded) Thread.Sleep(1);
            running.Kill();
            Assert.NotEqual(0, running.End().ExitCode);
        }

        Assert.False(Directory.Exists(Target));
        Btnet.Run("export", tiny.Model, "--output", Target).Expect(0);
        Assert.Equal([112, 14], Sides());
    }

    [Fact]
    public void A_package_is_measured_like_its_checkpoint()
    {
        var pairs = _folder.WriteText("pairs.txt", string.Join('\n', Enumerable.Range(0, 40).Select(i => $"person{i % 4}/{i % 8}.jpg\tperson{(i + (i / 4 % 2)) % 4}/{(i + 3) % 8}.jpg\t{1 - (i / 4 % 2)}")));
        Btnet.Run("export", tiny.Model, "--output", Target).Expect(0);
        string[] rest = ["--pairs", pairs, "--root", tiny.Faces, "--json"];

        using var package = JsonDocument.Parse(Btnet.Run(["eval", "pairs", "--model", Target, .. rest]).Expect(0).Output);
        using var checkpoint = JsonDocument.Parse(Btnet.Run(["eval", "pairs", "--model", tiny.Model, .. rest]).Expect(0).Output);

        static (string?, double)[] Results(JsonDocument json) =>
        [
            .. json.RootElement.GetProperty("reports").EnumerateArray().SelectMany(report => report.GetProperty("results").EnumerateArray())
                .Select(result => (result.GetProperty("pair").GetString(), Math.Round(result.GetProperty("auc").GetDouble(), 2)))
        ];
        Assert.Equal(Results(checkpoint), Results(package));
        Assert.Contains("is a model package, which is measured on the processor", Btnet.Run(["eval", "pairs", "--model", Target, "--device", "cuda", .. rest]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("only a package has networks in 8-bit integers", Btnet.Run(["eval", "pairs", "--model", tiny.Model, "--int8", .. rest]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("has no networks in 8-bit integers", Btnet.Run(["eval", "pairs", "--model", Target, "--int8", .. rest]).Expect(2).Errors, StringComparison.Ordinal);
    }

    private IEnumerable<int> Sides() => ModelPackage.Open(Target).Resolutions.Select(resolution => resolution.Side);
}
