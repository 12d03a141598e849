using System.Text.Json;
using BTNet.Evaluation.Tests.Protocols.ClosedSet;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny model, which knows nothing of faces, on rendered patterns in SCface's layout.</summary>
public sealed class EvalScFaceVerbTests(TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly ScFaceData _data = new();

    [Fact]
    public void A_package_is_measured_at_each_distance_and_on_some_of_the_subjects()
    {
        _data.Fill(people: 4, cameras: 6);
        File.WriteAllText(_data.File("some.txt"), "001\n003\n");
        var said = Btnet.Run("eval", "scface", _data.Root, "--model", package.Path).Expect(0);

        foreach (var part in (string[])["SCface: a gallery of 4 faces", "distance 1, 4.2 m", "distance 3, 1.0 m", "Mugshots are those of mugshot_frontal_cropped_all; cameras 1, 2, 3, 4, 5."]) Assert.Contains(part, said.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(Btnet.Run("eval", "scface", _data.Root, "--model", package.Path, "--way", "branch", "--subjects", _data.File("some.txt"), "--indicator", "min", "--rule", "near", "--json").Expect(0).Output);
        var report = json.RootElement.GetProperty("reports").EnumerateArray().Single();
        Assert.Equal(2, report.GetProperty("people").GetInt32());
        Assert.Equal(("min", "near"), (report.GetProperty("results")[0].GetProperty("indicator").GetString(), report.GetProperty("results")[0].GetProperty("rule").GetString()));
        Assert.Equal([10, 10, 10, 30], report.GetProperty("results")[0].GetProperty("figures").EnumerateArray().Select(figures => figures.GetProperty("searches").GetInt32()));
    }

    [Fact]
    public void The_registry_and_the_page_say_of_which_subjects_cameras_and_mugshots_the_figures_are()
    {
        _data.Fill(people: 3, cameras: 7);
        File.WriteAllText(_data.File("some.txt"), "001\n003\n");
        var said = Btnet.Run(
            "eval", "scface", _data.Root, "--model", package.Path, "--way", "branch", "--infrared", "--subjects", _data.File("some.txt"), "--record", _data.File("results.csv"), "--report", _data.File("page.html")).Expect(0);

        var (page, rows) = (File.ReadAllText(_data.File("page.html")), File.ReadAllText(_data.File("results.csv")));
        foreach (var text in (string[])[said.Output.ReplaceLineEndings(" "), page, rows])
        {
            Assert.Contains("Mugshots are those of mugshot_frontal_cropped_all; cameras 1, 2, 3, 4, 5, 6, 7.", text, StringComparison.Ordinal);
            Assert.Contains("Of 3 subjects these only are enrolled and searched for: the 2 of some.txt.", text, StringComparison.Ordinal);
        }

        Assert.Contains("Who comes first (SCface)", page, StringComparison.Ordinal);
        Assert.Contains("some.txt, 8 bytes, SHA-256", page, StringComparison.Ordinal);
        Assert.Contains("rank 1 max ceil all", rows, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_wrong()
    {
        Assert.Contains("holds no mugshot_frontal_cropped_all", Btnet.Run("eval", "scface", _data.Root, "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);
        _data.Fill(people: 1);
        Assert.Contains("cam_6", Btnet.Run("eval", "scface", _data.Root, "--model", package.Path, "--infrared").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("there is no such file; expected a list of subjects", Btnet.Run("eval", "scface", _data.Root, "--model", package.Path, "--subjects", _data.File("no.txt")).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_pictures_are_told_and_end_with_3()
    {
        _data.Fill(people: 2);
        File.Delete(_data.Picture(1, 2, 3));

        Assert.Contains("001_cam2_3.jpg", Btnet.Run("eval", "scface", _data.Root, "--model", package.Path, "--way", "branch", "--broken-share", "0.1").Expect(3).Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _data.Dispose();
}
