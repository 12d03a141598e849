using System.Text;
using System.Text.Json;
using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Tests.Models;

public sealed class CalibrationPlaceTests : IDisposable
{
    private static readonly JsonElement Calibration = JsonElement.Parse("""{ "format": "any", "values": [1, 2] }""");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("{\n  \"a\": { \"calibration\": 5 },\n  \"b\": [\"}\"]\n}\n")]
    [InlineData("""{ "a" : "calibration" , "b" : null }""")]
    public void What_is_put_in_comes_out_again_to_the_byte(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var with = CalibrationPlace.With(plain, Calibration);

        Assert.Equal(2, JsonElement.Parse(with).GetProperty("calibration").GetProperty("values").GetArrayLength());
        Assert.Equal(plain, CalibrationPlace.Without(with));
        Assert.Equal(with, CalibrationPlace.With(with, Calibration));
        Assert.Equal(plain, CalibrationPlace.With(with, calibration: null));
        Assert.Equal(plain, CalibrationPlace.Without(plain));
    }

    [Theory]
    [InlineData("""{"calibration": {"x": 1}, "a": 1}""", """{ "a": 1}""")]
    [InlineData("""{"a": 1, "calibration": [1, 2], "b": 2}""", """{"a": 1, "b": 2}""")]
    [InlineData("""{"a": 1, "\u0063alibration": "x"}""", """{"a": 1}""")]
    [InlineData("""{"calibration": 1}""", "{}")]
    [InlineData("""{"calibration": 1, "calibration": 2}""", """{"calibration": 1, "calibration": 2}""")]
    public void Wherever_it_stands_the_rest_is_left(string text, string rest) => Assert.Equal(rest, Encoding.UTF8.GetString(CalibrationPlace.Without(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void A_package_keeps_its_fingerprint_and_its_files_when_it_is_calibrated()
    {
        var folder = CraftedPackage.Write(_folder, 112, 14);
        var before = ModelPackage.Open(folder);
        var manifest = File.ReadAllBytes(before.PathOf(ModelPackage.ManifestFile));

        var calibrated = before.Calibrate(Calibration);

        Assert.Equal((before.Fingerprint, before.Networks), (calibrated.Fingerprint, calibrated.Networks));
        Assert.Equal(before.Fingerprint, ModelPackage.Open(folder).Fingerprint);
        Assert.Equal(2, calibrated.Manifest.Calibration!.Value.GetProperty("values").GetArrayLength());
        Assert.True(before.StillHas("r14.onnx", CraftedPackage.Weights));
        calibrated.Calibrate(null);
        Assert.Equal(manifest, File.ReadAllBytes(before.PathOf(ModelPackage.ManifestFile)));
    }

    [Fact]
    public void Networks_are_told_by_what_they_compute_with_and_not_by_what_lies_beside()
    {
        var (one, other) = (ModelPackage.Open(CraftedPackage.Write(_folder.File("one"), [112, 14])), ModelPackage.Open(CraftedPackage.Write(_folder.File("other"), [112, 14], factor: 2)));
        Assert.NotEqual(one.Networks, other.Networks);
        Assert.NotEqual(one.Networks, ModelPackage.Open(CraftedPackage.Write(_folder.File("more"), [112, 28, 14])).Networks);

        // Networks in integers, which others may add, change the fingerprint and no embedding in single precision.
        using (var draft = new PackageDraft(one.Directory))
        {
            foreach (var file in one.Manifest.Files.Keys) draft.Add(file, stream => stream.Write(File.ReadAllBytes(one.PathOf(file))));
            draft.Describe(one.Manifest with { Int8 = one.Manifest.Graphs });
            draft.PutInPlace();
        }

        var now = ModelPackage.Open(one.Directory);
        Assert.Equal(one.Networks, now.Networks);
        Assert.NotEqual(one.Fingerprint, now.Fingerprint);
    }

    [Fact]
    public void A_package_that_another_has_calibrated_or_replaced_meanwhile_is_left_alone()
    {
        var folder = CraftedPackage.Write(_folder, 112, 14);
        var (mine, theirs) = (ModelPackage.Open(folder), ModelPackage.Open(folder));
        theirs.Calibrate(Calibration);
        var text = File.ReadAllText(mine.PathOf(ModelPackage.ManifestFile));

        Assert.Contains("no longer the package", Assert.Throws<InputException>(() => mine.Calibrate(Calibration)).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(mine.PathOf(ModelPackage.ManifestFile)));
    }

    [Fact]
    public void Damage_never_keeps_a_text_from_being_told_from_another()
    {
        var valid = CalibrationPlace.With(Encoding.UTF8.GetBytes("""{ "a": 1, "b": { "c": [1, 2, 3] } }"""), Calibration);
        foreach (var damaged in Mutations.Of(valid, 500, seed: 3))
        {
            // Only what is JSON is looked at: whoever opens a package has read it before.
            try
            {
                if (JsonElement.Parse(damaged).ValueKind != JsonValueKind.Object) continue;
            }
            catch (JsonException)
            {
                continue;
            }

            Assert.InRange(CalibrationPlace.Without(damaged).Length, 2, damaged.Length);
        }
    }
}
