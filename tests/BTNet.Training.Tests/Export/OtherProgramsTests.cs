using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.TestSupport;

namespace BTNet.Training.Tests.Export;

/// <summary>
/// Whether programs that are not ONNX Runtime take the graphs. They need Debian's python3-onnx, libopencv-dnn-dev and g++; where these are
/// absent the tests skip, and where <c>BTNET_REQUIRE_ONNX</c> is 1, as in CI, they fail.
/// </summary>
public sealed class OtherProgramsTests : IDisposable
{
    // Debian's packages are for Debian's Python, whatever other comes first.
    private const string Python = "/usr/bin/python3";
    private const int Faces = 3;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Networks => ["iresnet10", "mobilefacenet"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_checker_of_ONNX_accepts_every_graph_and_OpenCV_gives_the_same_embeddings(string network)
    {
        Require();
        var package = _folder.File("package");
        ModelExport.Run(SmallCheckpoint.Make(_folder.File("model"), network, [56, 28, 14, 7]), package, SmallCheckpoint.Faces(1));
        var whole = Directory.CreateDirectory(_folder.File("whole")).FullName;

        var told = Checked(package, whole);

        Assert.Equal(new[] { 112, 56, 28, 14, 7 }.SelectMany(side => new[] { $"r{side}.onnx", $"r{side}.fast.onnx" }).Order(StringComparer.Ordinal), told.Keys.Order(StringComparer.Ordinal));
        Assert.All(told, graph => Assert.Equal(["N", "16"], graph.Value[1..]));
        Assert.All(told, graph => Assert.Equal(!graph.Key.Contains("fast", StringComparison.Ordinal), graph.Value[0].Split(',').Contains("PRelu")));

        var opencv = Compiled();
        using var embedder = FaceEmbedder.Load(package);
        foreach (var resolution in embedder.Resolutions)
        {
            FaceImage[] seen = [.. SmallCheckpoint.Faces(Faces).Select(face => FaceResizer.Resize(face, resolution.Side, resolution.Side))];
            var expected = embedder.Embed(seen, resolution, TestContext.Current.CancellationToken);
            var pixels = _folder.WriteBytes($"pixels{resolution}.bin", MemoryMarshal.AsBytes<float>(seen.SelectMany(Planes).ToArray()));
            foreach (var graph in new[] { $"r{resolution}.onnx", $"r{resolution}.fast.onnx" })
            {
                var embeddings = Run(opencv, [Path.Combine(whole, graph), $"{resolution}", $"{Faces}", pixels])
                    .Select(line => line.Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToList();
                Assert.Equal(Faces, embeddings.Count);
                for (var row = 0; row < Faces; row++)
                {
                    Assert.InRange(1 - TensorPrimitives.CosineSimilarity(expected[row], embeddings[row]), -1e-4, 1e-4);
                    Assert.Equal(TensorPrimitives.Norm(expected[row]), TensorPrimitives.Norm<float>(embeddings[row]), 1e-3f * TensorPrimitives.Norm(expected[row]));
                }
            }
        }
    }

    /// <summary>What ONNX's checker says of every graph of a package: its name, operators and the sides of its output. Skips or fails the running test where there is none.</summary>
    /// <param name="package">The package.</param>
    /// <param name="whole">A folder that gets each graph with its weights inside.</param>
    internal static Dictionary<string, string[]> Checked(string package, string whole)
    {
        Require(withOpenCv: false);
        return Run(Python, [Asset("check_onnx.py"), package, whole]).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1..]);
    }

    private static IEnumerable<float> Planes(FaceImage face)
    {
        var pixels = face.Pixels.ToArray();
        return Enumerable.Range(0, 3).SelectMany(channel => Enumerable.Range(0, face.Width * face.Height).Select(i => (float)pixels[(3 * i) + channel]));
    }

    private static void Require(bool withOpenCv = true)
    {
        const string Why = "needs Debian's python3-onnx, libopencv-dnn-dev and g++: apt-get install them";
        var present = File.Exists(Python) && Try(Python, ["-c", "import onnx"]).ExitCode == 0
            && (!withOpenCv || (Directory.Exists("/usr/include/opencv4/opencv2/dnn") && File.Exists("/usr/bin/g++")));
        if (Environment.GetEnvironmentVariable("BTNET_REQUIRE_ONNX") is "1") Assert.True(present, Why);
        Assert.SkipUnless(present, Why);
    }

    private string Compiled()
    {
        var program = _folder.File("opencv_embed");
        Run("/usr/bin/g++", ["-O1", "-I/usr/include/opencv4", Asset("opencv_embed.cpp"), "-o", program, "-lopencv_dnn", "-lopencv_core"]);
        return program;
    }

    private static string Asset(string name) => Path.Combine(Repository.Root, "tests", "BTNet.Training.Tests", "Export", name);

    private static string[] Run(string program, string[] args)
    {
        var (exitCode, output, errors) = Try(program, args);
        Assert.True(exitCode == 0, $"{program} ended with {exitCode}\n{errors}\n{output}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (int ExitCode, string Output, string Errors) Try(string program, string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
