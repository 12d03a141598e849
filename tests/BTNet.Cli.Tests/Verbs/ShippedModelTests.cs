using System.Globalization;
using System.Text.Json;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class ShippedModelTests : IDisposable
{
    private static readonly string Package = Path.Combine(AppContext.BaseDirectory, "models", "faces");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Two_real_crops_are_compared_out_of_the_box_and_what_by_is_said()
    {
        var (one, other) = (Photograph("Abdullah", 1), Photograph("Abdullah", 3));

        var ended = Btnet.Run("compare", one, other).Expect(0);

        using var embedder = FaceEmbedder.Load(Package);
        var cosine = embedder.Embed(FaceDecoder.DecodeFile(one)).Similarity(embedder.Embed(FaceDecoder.DecodeFile(other)));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"cosine {cosine:0.0000}"), ended.Output, StringComparison.Ordinal);
        Assert.Contains("the one that comes with btnet, for research only (models/README.md); --model names another", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Faces_are_embedded_out_of_the_box()
    {
        var table = _folder.File("faces.csv");

        Btnet.Run("embed", Path.GetDirectoryName(Photograph("Abdullah", 1))!, "--out", table, "--int8").Expect(0);

        Assert.StartsWith("path,face,width", File.ReadLines(table).First(), StringComparison.Ordinal);
        Assert.True(File.ReadLines(table).Count() > 1);
    }

    [Theory]
    [InlineData(112, 0.3)]
    [InlineData(28, 0.3)]
    [InlineData(14, 0.2)]
    [InlineData(7, 0.1)]
    public void One_persons_faces_are_more_alike_than_two_peoples_at_every_size_in_both_precisions(int side, double by)
    {
        var (list, root) = (SharedData.Require("lfw", "pairs-fold3.txt"), SharedData.Require("lfw", "faces"));
        var pairs = File.ReadLines(list).Select(line => line.Split('\t')).Where((_, i) => i % 10 == 0).ToList();
        using var single = FaceEmbedder.Load(Package);
        using var integers = FaceEmbedder.Load(Package, new FaceEmbedderOptions { Int8 = true });
        foreach (var embedder in (ReadOnlySpan<FaceEmbedder>)[single, integers])
        {
            double Likeness(string[] pair, int small) => Embed(embedder, Path.Combine(root, pair[0]), 112).Similarity(Embed(embedder, Path.Combine(root, pair[1]), small));
            double Mean(string label) => pairs.Where(pair => pair[2] == label).Average(pair => Likeness(pair, side));

            var (mates, strangers) = (Mean("1"), Mean("0"));

            Assert.True(mates > strangers + by, $"{mates} and {strangers}");
        }

        Assert.Equal(side, Embed(single, Path.Combine(root, pairs[0][0]), side).Branch.Side);
    }

    [Fact]
    public void The_package_is_whole_and_says_how_it_came_about_without_any_machines_paths()
    {
        Btnet.Run("info", Package).Expect(0);
        var manifest = File.ReadAllText(Path.Combine(Package, "btnet.json"));

        Assert.Contains("provenance", manifest, StringComparison.Ordinal);
        Assert.Contains("must not be used for", File.ReadAllText(Path.Combine(Package, "..", "README.md")), StringComparison.Ordinal);
        foreach (var place in (string[])["/opt/", "/work/", "/tmp/", "/root/", "/home/"]) Assert.DoesNotContain(place, manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void People_are_enrolled_and_identified_out_of_the_box()
    {
        var gallery = _folder.File("people.gallery");
        string[] people = [.. Directory.GetDirectories(SharedData.Require("lfw", "faces")).Where(person => Directory.GetFiles(person).Length >= 3).Order(StringComparer.Ordinal).Take(6)];
        foreach (var person in people)
        {
            Directory.CreateDirectory(_folder.File($"faces/{Path.GetFileName(person)}"));
            foreach (var picture in Directory.GetFiles(person).Order(StringComparer.Ordinal).Take(2)) File.Copy(picture, _folder.File($"faces/{Path.GetFileName(person)}/{Path.GetFileName(picture)}"));
        }

        Btnet.Run("gallery", "create", gallery).Expect(0);
        Assert.Contains("12 faces enrolled of 6 people", Btnet.Run("gallery", "enroll", gallery, _folder.File("faces")).Expect(0).Output, StringComparison.Ordinal);
        using var read = JsonDocument.Parse(Btnet.Run(["gallery", "identify", gallery, .. people.Select(person => Directory.GetFiles(person).Order(StringComparer.Ordinal).ElementAt(2)), "--false-alarms", "1/100", "--json"]).Expect(0).Output);

        var searches = read.RootElement.GetProperty("searches").EnumerateArray().ToList();
        var first = searches.ConvertAll(search => search.GetProperty("candidates")[0].GetProperty("id").GetString());
        Assert.True(people.Zip(first).Count(pair => Path.GetFileName(pair.First) == pair.Second) >= 5, string.Join(", ", first));
        Assert.All(searches, search => Assert.Contains(search.GetProperty("decision").GetString(), (string[])["match", "unsure", "unknown"]));
        Assert.Empty(read.RootElement.GetProperty("undecided").EnumerateArray());
    }

    [Fact]
    public void Templates_are_measured_with_it_images_by_the_quality_that_its_calibration_knows()
    {
        string[] measure = ["eval", "ijbc", SharedData.Require("formats", "ijbc"), "--model", Package, "--no-cache", "--match", "112x14", "--weight", "quality"];

        using var read = JsonDocument.Parse(Btnet.Run([.. measure, "--way", "branch", "--json"]).Expect(0).Output);

        var report = read.RootElement.GetProperty("reports")[0];
        Assert.Equal(("quality", 64), (report.GetProperty("weight").GetString(), report.GetProperty("calibration").GetString()!.Length));
        Assert.InRange(report.GetProperty("results")[0].GetProperty("verification").GetProperty("auc").GetDouble(), 0.95, 1);
        var said = Btnet.Run([.. measure, "--int8"]).Expect(2).Errors.ReplaceLineEndings(" ");
        foreach (var part in (string[])["(--way branch)", "leave --int8 away"]) Assert.Contains(part, said, StringComparison.Ordinal);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private static string Photograph(string person, int number) => SharedData.Require("lfw", "faces", person, string.Create(CultureInfo.InvariantCulture, $"{person}_{number:0000}.jpg"));

    private static FaceEmbedding Embed(FaceEmbedder embedder, string path, int side) => embedder.Embed(FaceResizer.Resize(FaceDecoder.DecodeFile(path), side, side));
}
