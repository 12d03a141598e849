using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.TestSupport;
using BTNet.Training.Data.Rendered;

namespace BTNet.Cli.Tests.Samples;

/// <summary>What a .NET user copies, built from the packed package and run.</summary>
public sealed class SamplesTests : IClassFixture<BuiltSamples>, IDisposable
{
    private static readonly Lazy<IReadOnlyList<FaceImage>> Drawn = new(() =>
    {
        var source = new RenderedSource(seed: 3, 4, imagesPerIdentity: 1);
        return [.. Enumerable.Range(0, source.Count).Select(source.Load)];
    });

    private readonly BuiltSamples _samples;
    private readonly FaceEmbedder _embedder;

    public SamplesTests(BuiltSamples samples)
    {
        _samples = samples;
        _embedder = FaceEmbedder.Load(samples.Model);
    }

    public void Dispose() => _embedder.Dispose();

    [Fact]
    public void Two_faces_are_compared_each_by_the_branch_of_its_size()
    {
        var (small, large) = (Face("small.png", 0, 13, 9), Face("large.png", 1, 112, 112));

        var ended = _samples.Run("CompareFaces", _samples.Model, small, large).Expect(0);

        Assert.Equal(
            [
                "13 x 9 pixels go to the branch for 14 (Max of the sides, Ceil)", "112 x 112 pixels go to the branch for 112 (Max of the sides, Ceil)",
                string.Create(CultureInfo.InvariantCulture, $"similarity {Embed(small).Similarity(Embed(large)):0.0000}")
            ],
            Lines(ended.Output));
    }

    [Fact]
    public void Several_processes_load_one_package_at_once()
    {
        var (small, large) = (Face("small.png", 0, 13, 9), Face("large.png", 1, 112, 112));
        var processes = Enumerable.Range(0, 4).Select(_ => _samples.Start("CompareFaces", _samples.Model, small, large)).ToList();
        var said = processes.Select(process => BuiltSamples.End(process).Expect(0).Output).ToList();
        Assert.Single(said.Distinct());
        Assert.Contains("similarity", said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_is_none_is_named_without_a_stack_trace()
    {
        var text = Path.Combine(_samples.Work, "text.jpg");
        File.WriteAllText(text, "no picture");

        var ended = _samples.Run("CompareFaces", _samples.Model, text, text).Expect(2);

        Assert.StartsWith($"{text}: is not a picture", Assert.Single(Lines(ended.Errors)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CompareFaces one", "Usage: CompareFaces PACKAGE FIRST.jpg SECOND.jpg")]
    [InlineData("CompareFaces nowhere a.jpg b.jpg", "nowhere: there is no such folder")]
    [InlineData("RankFaces", "Usage: RankFaces PACKAGE WANTED.jpg FOLDER")]
    [InlineData("RankFaces package wanted.png nowhere", "the pictures: nowhere: there is no such file or folder")]
    [InlineData("IdentifyFaces package people", "Usage: IdentifyFaces PACKAGE PEOPLE people.gallery VISITOR.jpg")]
    [InlineData("IdentifyFaces package nowhere a.gallery wanted.png", "the pictures: nowhere: there is no such file or folder")]
    [InlineData("FaceService", "Usage: FaceService PACKAGE [PORT]")]
    [InlineData("FaceService nowhere", "nowhere: there is no such folder")]
    [InlineData("FaceService package 65536", "65536 is no port; expected a number from 0 to 65535")]
    [InlineData("FaceService package x", "x is no port; expected a number from 0 to 65535")]
    public void What_is_wrong_is_said_in_a_line_that_ends_with_2(string command, string said)
    {
        Face("wanted.png", 0, 112, 112);
        var words = command.Split(' ');
        var ended = _samples.Run(words[0], words[1..]).Expect(2);
        Assert.StartsWith(said, Assert.Single(Lines(ended.Errors)), StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }

    [Fact]
    public void A_port_that_is_taken_is_said_in_a_line()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var ended = _samples.Run("FaceService", _samples.Model, $"{port}").Expect(2);
        Assert.StartsWith($"port {port} cannot be listened on", Assert.Single(Lines(ended.Errors)), StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }

    [Fact]
    public void A_folder_is_ranked_by_likeness_and_broken_pictures_are_skipped()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_samples.Work, "people")).FullName;
        string[] files = [.. Enumerable.Range(0, 4).Select(i => Face(Path.Combine("people", $"{i}.png"), i, i % 2 == 0 ? 112 : 14, 14))];
        File.WriteAllText(Path.Combine(folder, "broken.jpg"), "no picture");
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "not even called one");
        var wanted = Embed(files[2]);

        var ended = _samples.Run("RankFaces", _samples.Model, files[2], folder).Expect(3);

        string[] expected = [.. files.Select(file => (File: file, Face: Embed(file))).OrderByDescending(face => wanted.Similarity(face.Face))
            .Select(face => string.Create(CultureInfo.InvariantCulture, $"{wanted.Similarity(face.Face),7:0.0000}  {face.Face.Branch,3} px  {Path.GetFileName(face.File)}"))];
        Assert.Equal(expected, ended.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith("112 px  2.png", expected[0], StringComparison.Ordinal);
        Assert.Contains("broken.jpg", Assert.Single(Lines(ended.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_people_is_enrolled_and_a_picture_identified_with_a_decision()
    {
        for (var person = 0; person < 4; person++)
        {
            Directory.CreateDirectory(Path.Combine(_samples.Work, "enrolled", $"person {person}"));
            foreach (var side in (int[])[112, 14]) Face(Path.Combine("enrolled", $"person {person}", $"{side}.png"), person, side, side);
        }

        // The model that comes with btnet is calibrated.
        var (model, gallery, visitor) = (Path.Combine(Repository.Root, "models", "faces"), Path.Combine(_samples.Work, "sample.gallery"), Face("visitor.png", 2, 112, 112));
        for (var run = 0; run < 2; run++)
        {
            var said = Lines(_samples.Run("IdentifyFaces", model, Path.Combine(_samples.Work, "enrolled"), gallery, visitor).Expect(0).Output);
            Assert.Equal(4, said.Length);
            Assert.EndsWith("  person 2", said[0], StringComparison.Ordinal);
            Assert.StartsWith("Match: ", said[3], StringComparison.Ordinal);
        }

        var uncalibrated = _samples.Run("IdentifyFaces", _samples.Model, Path.Combine(_samples.Work, "enrolled"), Path.Combine(_samples.Work, "other.gallery"), visitor).Expect(2);
        Assert.Contains("is not calibrated", Assert.Single(Lines(uncalibrated.Errors)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embeddings_are_served_to_this_machine_only()
    {
        var port = FreePort();
        using var service = _samples.Start("FaceService", _samples.Model, $"{port}");
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            var face = await File.ReadAllBytesAsync(Face("posted.png", 1, 20, 14), TestContext.Current.CancellationToken);

            using var answered = await Post(http, face);
            var answer = await answered.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            using var refused = await Post(http, "no picture"u8.ToArray());

            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
            Assert.Equal(112, answer.GetProperty("branch").GetInt32());
            Assert.StartsWith("20 x 14 pixels", answer.GetProperty("why").GetString(), StringComparison.Ordinal);
            var expected = _embedder.Embed(FaceDecoder.Decode(face, "posted")).Values.ToArray();
            var given = answer.GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle()).ToArray();
            Assert.Equal(expected.Length, given.Length);
            // Another number of threads may sum in another order.
            Assert.All(expected.Zip(given), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("is not a picture", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal([IPAddress.Loopback], IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(end => end.Port == port).Select(end => end.Address));
        }
        finally
        {
            service.Kill();
        }
    }

    [Fact]
    public void Code_in_the_READMEs_runs_as_it_is()
    {
        Face("small.jpg", 0, 17, 13);
        Face("large.jpg", 1, 112, 112);

        foreach (var name in BuiltSamples.Snippets.Keys)
        {
            var ended = _samples.Run(name).Expect(0);
            // Branches for 112 and 14: the face of 17 goes up.
            Assert.Contains("17 x 13 pixels go to the branch for 112", ended.Output, StringComparison.Ordinal);
            var similarity = Embed(Path.Combine(_samples.Work, "small.jpg")).Similarity(Embed(Path.Combine(_samples.Work, "large.jpg")));
            Assert.Contains(similarity.ToString("0.000", CultureInfo.InvariantCulture), ended.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_program_without_a_native_runtime_is_told_what_to_add()
    {
        var ended = _samples.Run("NoRuntime", _samples.Model, Face("small.png", 0, 13, 9), Face("large.png", 1, 112, 112));

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("Add the package Microsoft.ML.OnnxRuntime", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_holds_the_library_its_documentation_its_readme_and_symbols_beside_it()
    {
        var package = Assert.Single(Directory.GetFiles(_samples.Feed, "*.nupkg"));
        using var zip = ZipFile.OpenRead(package);
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(package, ".snupkg"));
        using var manifest = zip.GetEntry("BTNet.nuspec")!.Open();
        var metadata = XDocument.Load(manifest).Root!.Elements().Single();
        string? Said(string element) => metadata.Elements().SingleOrDefault(child => child.Name.LocalName == element)?.Value;

        Assert.Equal(["BTNet.dll", "BTNet.xml"], zip.Entries.Where(entry => entry.FullName.StartsWith("lib/net10.0/", StringComparison.Ordinal)).Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Contains(symbols.Entries, entry => entry.FullName == "lib/net10.0/BTNet.pdb");
        Assert.Equal("MIT", Said("license"));
        Assert.Equal("README.md", Said("readme"));
        Assert.NotNull(zip.GetEntry("README.md"));
        var needed = metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value).Order(StringComparer.Ordinal);
        Assert.Equal(["Microsoft.Data.Sqlite", "Microsoft.ML.OnnxRuntime.Managed", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "System.IO.Hashing", "System.Numerics.Tensors"], needed);
        // Nobody learns where it was built.
        using var library = zip.GetEntry("lib/net10.0/BTNet.dll")!.Open();
        using var bytes = new MemoryStream();
        library.CopyTo(bytes);
        Assert.DoesNotContain(Repository.Root, Encoding.Latin1.GetString(bytes.ToArray()), StringComparison.Ordinal);
    }

    private FaceEmbedding Embed(string file) => _embedder.Embed(FaceDecoder.DecodeFile(file));

    private string Face(string name, int person, int width, int height)
    {
        var path = Path.Combine(_samples.Work, name);
        // Decoders judge by content.
        File.WriteAllBytes(path, FaceEncoder.EncodePng(FaceResizer.Resize(Drawn.Value[person], width, height)));
        return path;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Asks until the service listens.</summary>
    private static async Task<HttpResponseMessage> Post(HttpClient http, byte[] body)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await http.PostAsync(new Uri("/embedding", UriKind.Relative), new ByteArrayContent(body), TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException) when (tries < 300)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
