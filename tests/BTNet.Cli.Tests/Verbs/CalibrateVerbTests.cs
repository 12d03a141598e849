using System.Text.Json;
using BTNet.Faces;
using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny package, calibrated on drawn people.</summary>
public sealed class CalibrateVerbTests : IClassFixture<TinyPackage>, IDisposable
{
    private const int People = 44;

    private readonly TinyPackage _package;
    private readonly TinyModel _tiny;
    private readonly TemporaryFolder _folder = new();
    private readonly string _faces;

    public CalibrateVerbTests(TinyModel tiny, TinyPackage package)
    {
        (_tiny, _package, _faces) = (tiny, package, _folder.File("people"));
        for (var person = 0; person < People; person++)
        for (var image = 0; image < 2; image++)
        {
            var pixels = new byte[3 * 32 * 32];
            for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(128 + (100 * Math.Sin((i % 96 * (1 + (person % 7)) / 30.0) + (i / 96 * (1 + (person / 7)) / 9.0) + (image * 0.2))));
            Directory.CreateDirectory(Path.Combine(_faces, $"person {person:00}"));
            File.WriteAllBytes(Path.Combine(_faces, $"person {person:00}", $"{image}.png"), FaceEncoder.EncodePng(new FaceImage(32, 32, pixels)));
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_package_is_calibrated_in_place_and_stays_the_model_that_it_was()
    {
        var package = _package.CopyTo(_folder.File("package"));
        var before = ModelPackage.Open(package).Fingerprint;

        var said = Btnet.Run("calibrate", "--model", package, "--images", _faces, "--draws", "20", "--check", "--check-intervals").Expect(0);

        Assert.Contains("112x14", said.Output, StringComparison.Ordinal);
        Assert.Contains("1 in 1,000 at 112x112 is more than 44 people can tell", said.Output, StringComparison.Ordinal);
        foreach (var way in new[] { "as written", "own tail", "independent", "| all 4 " }) Assert.Contains(way, said.Output, StringComparison.Ordinal);
        foreach (var told in new[] { "100 trials, 22 of the people calibrated with and 11 others enrolled, 11 more searched for", "over all galleries of so many", "hold at once in", "holds by searches alone" }) Assert.Contains(told, said.Output, StringComparison.Ordinal);
        Assert.Contains("most alike of different people", said.Errors, StringComparison.Ordinal);
        Assert.Equal(before, ModelPackage.Open(package).Fingerprint);
        Assert.Contains("scores: calibrated on 44 people, at 112x112, 112x14, 14x112, 14x14", Btnet.Run("info", package).Expect(0).Output, StringComparison.Ordinal);
        // Networks in integers leave it as it is.
        Btnet.Run("quantize", package, "--faces", _faces).Expect(0);
        Assert.NotEqual(before, ModelPackage.Open(package).Fingerprint);
        Assert.Contains("scores: calibrated on 44 people", Btnet.Run("info", package).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_is_calibrated_on_labelled_pairs_as_well()
    {
        var package = _package.CopyTo(_folder.File("package"));
        static string Image(int person, int image) => $"person {person:00}/{image}.png";
        List<string> lines = [.. Enumerable.Range(0, People).SelectMany(person => Enumerable.Range(1, 6).Select(step => $"{Image(person, 0)}\t{Image((person + (step * 3)) % People, 1)}\t0").Append($"{Image(person, 0)}\t{Image(person, 1)}\t1"))];
        var list = _folder.WriteText("pairs.txt", string.Join('\n', lines));

        var json = Btnet.Run("calibrate", "--model", package, "--pairs", list, "--root", _faces, "--draws", "20", "--json").Expect(0).Output;

        using var read = JsonDocument.Parse(json);
        Assert.Equal((People, 2 * People, 4), (read.RootElement.GetProperty("people").GetInt32(), read.RootElement.GetProperty("images").GetInt32(), read.RootElement.GetProperty("pairs").GetArrayLength()));
        Assert.Contains("scores: calibrated on 44 people, at 112x112, 112x14, 14x112, 14x14", Btnet.Run("info", package).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("compared as the pairs say", Btnet.Run("calibrate", "--model", package, "--pairs", list, "--root", _faces, "--draws", "20", "--resolutions", "14").Expect(0).Output, StringComparison.Ordinal);

        void Refused(string said, params string[] options) => Assert.Contains(said, Btnet.Run(["calibrate", "--model", package, .. options]).Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Refused("expected either --images with a folder for each person, or --pairs with a list");
        Refused("expected either --images", "--images", _faces, "--pairs", list);
        Refused("--check is of faces sorted by person", "--pairs", list, "--root", _faces, "--check");
        Refused("--check-intervals is of faces sorted by person", "--pairs", list, "--root", _faces, "--check-intervals");
        Refused("--root is of --pairs", "--images", _faces, "--root", _faces);
        Refused("are said to be two people, and are one", "--pairs", _folder.WriteText("wrong.txt", string.Join('\n', lines.Append($"{Image(3, 1)}\t{Image(3, 0)}\t0"))), "--root", _faces);
        Refused("pairs of different people; expected at least 100", "--pairs", _folder.WriteText("few.txt", string.Join('\n', lines.Take(100))), "--root", _faces, "--resolutions", "14");
    }

    [Fact]
    public void The_calibration_is_printed_as_JSON_and_put_to_the_test_by_eval_openset()
    {
        var package = _package.CopyTo(_folder.File("package"));
        var list = _folder.WriteText("people.txt", string.Concat(Enumerable.Range(0, 25).Select(person => $"person {person:00}\n")));

        var json = Btnet.Run("calibrate", "--model", package, "--images", _faces, "--identities", list, "--draws", "20", "--json").Expect(0).Output;

        using var read = JsonDocument.Parse(json);
        Assert.Equal(25, read.RootElement.GetProperty("people").GetInt32());
        Assert.Equal(4, read.RootElement.GetProperty("pairs").GetArrayLength());
        Assert.Equal(ModelPackage.Open(package).Networks, read.RootElement.GetProperty("networks").GetString());

        string[] Faces(string person) => [.. Directory.GetFiles(Path.Combine(_tiny.Faces, person)).Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(_tiny.Faces, file))];
        string[] people = [.. Directory.GetDirectories(_tiny.Faces).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];
        string Write(string name, IEnumerable<string> lines) => _folder.WriteText(name, string.Concat(lines.Select(line => line + "\n")));
        string[] eval =
        [
            "eval", "openset", "--gallery", Write("gallery.txt", people[..2].Select(person => Faces(person)[0])), "--mated", Write("mated.txt", people[..2].SelectMany(person => Faces(person)[1..])), "--unmated",
            Write("unmated.txt", people[2..].SelectMany(Faces)), "--root", _tiny.Faces, "--resolutions", "112,14", "--calibrated", "--model"
        ];
        // 25 people tell 1 in 83 at best, and 1 in 100 is asked for.
        Assert.Contains("1 in 100 at 112x112 is more than 25 people can tell", Btnet.Run([.. eval, package]).Expect(2).Errors, StringComparison.Ordinal);
        using var trials = JsonDocument.Parse(Btnet.Run("calibrate", "--model", package, "--images", _faces, "--draws", "20", "--check-intervals", "--json").Expect(0).Output);
        Assert.Equal([(false, 11), (true, 0)], trials.RootElement.GetProperty("intervalTrials").EnumerateArray().Select(one => (one.GetProperty("isOverGalleries").GetBoolean(), one.GetProperty("searched") is { ValueKind: JsonValueKind.Number } searched ? searched.GetInt32() : 0)));
        Assert.All(trials.RootElement.GetProperty("intervalTrials").EnumerateArray(), one => Assert.InRange(one.GetProperty("allTogether").GetDouble(), one.GetProperty("allSingly").GetDouble(), 1));
        var tested = Btnet.Run([.. eval, package]).Expect(0).Output;
        Assert.Contains("FPIR % obtained", tested, StringComparison.Ordinal);
        Assert.Contains("these thresholds over all galleries of 2 that could be drawn of all 4 people", tested, StringComparison.Ordinal);
        Assert.Contains("Searches that fail at FPIR 1e-2", tested, StringComparison.Ordinal);

        Assert.Contains("is not calibrated", Btnet.Run([.. eval, _package.Path]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("leave --int8 and --flip away", Btnet.Run([.. eval, package, "--flip"]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("leave --way upsample away", Btnet.Run([.. eval, package, "--way", "upsample"]).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_leaves_the_package_as_it_was()
    {
        var package = _package.CopyTo(_folder.File("package"));
        var manifest = File.ReadAllText(Path.Combine(package, ModelPackage.ManifestFile));

        Assert.Contains("no model package", Btnet.Run("calibrate", "--model", _faces, "--images", _faces).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("no such folder", Btnet.Run("calibrate", "--model", package, "--images", _folder.File("nowhere")).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("4 people are too few", Btnet.Run("calibrate", "--model", package, "--images", _tiny.Faces).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("there is no branch for 28", Btnet.Run("calibrate", "--model", package, "--images", _faces, "--resolutions", "28").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("1 draws; expected 20", Btnet.Run("calibrate", "--model", package, "--images", _faces, "--draws", "1").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("nobody", Btnet.Run("calibrate", "--model", package, "--images", _faces, "--identities", _folder.WriteText("names.txt", "nobody\n")).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Equal(manifest, File.ReadAllText(Path.Combine(package, ModelPackage.ManifestFile)));
    }

    [Fact]
    public void A_broken_picture_is_told_and_ends_with_3_where_that_is_borne()
    {
        var package = _package.CopyTo(_folder.File("package"));
        File.WriteAllText(Path.Combine(_faces, "person 03", "0.png"), "no picture");

        var said = Btnet.Run("calibrate", "--model", package, "--images", _faces, "--draws", "20", "--broken-share", "0.1").Expect(3);

        Assert.Contains("person 03", said.Errors, StringComparison.Ordinal);
        Assert.Contains("87 images", said.Output, StringComparison.Ordinal);
    }
}
