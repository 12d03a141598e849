using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Tests.Faces;
using BTNet.Tests.Models;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Tests.Inference;

/// <summary>Packages of a recogniser that others trained.</summary>
public sealed class RecogniserTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static ForeignInput ImageNet { get; } = new("", "", ForeignInput.Rgb, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    public static TheoryData<InferenceMode> Modes => [.. Enum.GetValues<InferenceMode>()];

    /// <summary>Graphs that cannot be used as <see cref="CraftedRecogniser.Expects"/> says, and what of them must be told.</summary>
    public static TheoryData<string, string> Others => new()
    {
        { "another input", "has the inputs 'pixels', expected 'data' alone" },
        { "another size", "takes 'data' [N, 3, 100, 100] of Single, expected 32-bit floats [N, 3, 112, 112]" },
        { "another batch", "takes 'data' [4, 3, 112, 112] of Single, expected 32-bit floats [N, 3, 112, 112]" },
        { "whole numbers", "takes 'data' [N, 3, 112, 112] of Int64" },
        { "another embedding", "gives 'fc1' [1, 37632] of 1 faces, expected 3 numbers for each" }
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Modes))]
    public void Faces_of_112_pixels_get_the_embeddings_that_they_had_bit_for_bit(InferenceMode mode)
    {
        // Made for one face at a time.
        var onnx = SharedData.Require("models", "mobilefacenet-apache2.onnx");
        var shape = RecogniserShape.Of(onnx, ImageNet);
        Assert.Equal((128, 1), (shape.EmbeddingSize, shape.Input.Batch));
        using (var draft = new PackageDraft(_folder.File("package")))
        {
            RecogniserPackage.Write(draft, onnx, shape.Input, shape.EmbeddingSize);
            draft.PutInPlace();
        }

        Assert.Equal(File.ReadAllBytes(onnx), File.ReadAllBytes(_folder.File("package/r112.onnx")));
        AssertSameBits(onnx, shape, new FaceEmbedderOptions { Mode = mode });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(0)]
    public void So_they_do_in_batches(int batchSize)
    {
        var shape = new RecogniserShape(ImageNet with { Input = CraftedRecogniser.Input, Output = CraftedRecogniser.Output }, 3);
        CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph(), shape.Input);
        AssertSameBits(_folder.File("package.onnx"), shape, new FaceEmbedderOptions { BatchSize = batchSize });
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Faces_of_any_size_are_enlarged_for_it_where_there_is_no_branch_and_the_choice_says_so(InferenceMode mode)
    {
        using var embedder = FaceEmbedder.Load(CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph()), new FaceEmbedderOptions { Mode = mode, BatchSize = 2 });
        (int Width, int Height)[] sizes = [(7, 7), (200, 300), (112, 112), (20, 5), (57, 9)];
        FaceImage[] faces = [.. sizes.Select((size, i) => SyntheticPixels.Flat(size.Width, size.Height, (byte)(40 * i), (byte)(250 - i), 7))];

        var embeddings = embedder.Embed(faces);

        for (var i = 0; i < faces.Length; i++) AssertNear(CraftedRecogniser.Expected(faces[i].Pixels), embeddings[i].Values);
        Assert.Equal("20 x 5 pixels go to the branch for 112, enlarged (Max of the sides, Ceil)", embeddings[3].Choice.ToString());
        Assert.Equal([true, false, false, true, false], embeddings.Select(embedding => embedding.Choice.IsEnlarged));
        Assert.StartsWith("onnx (embedding 3) from ", embedder.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, false, null, 1)]
    [InlineData(4, false, null, 4)]
    [InlineData(null, true, null, 1)]
    [InlineData(null, false, 1, null)]
    public void Faces_go_through_it_as_many_at_once_as_it_takes(int? batch, bool forOne, int? said, int? found)
    {
        File.WriteAllBytes(_folder.File("recogniser.onnx"), CraftedRecogniser.Graph(batch, forOne, said: said));
        var shape = RecogniserShape.Of(_folder.File("recogniser.onnx"), CraftedRecogniser.Expects with { Input = "", Output = "" });
        Assert.Equal((found, 3, "data", "fc1"), (shape.Input.Batch, shape.EmbeddingSize, shape.Input.Input, shape.Input.Output));

        using var embedder = FaceEmbedder.Load(CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph(batch, forOne, said: said), shape.Input));
        FaceImage[] faces = [.. Enumerable.Range(0, 11).Select(i => SyntheticPixels.Flat(112, 112, (byte)(20 * i), (byte)i, 7))];
        var matrix = embedder.Embed(faces, Resolution.Full);
        for (var i = 0; i < faces.Length; i++) AssertNear(CraftedRecogniser.Expected(faces[i].Pixels), matrix[i]);
    }

    [Theory]
    [InlineData(64, 0, 2)]
    [InlineData(64, 32, 2)]
    [InlineData(4, 0, 17)]
    [InlineData(3, 8, 22)]
    public void A_recogniser_that_takes_so_many_and_no_others_runs_as_often_as_it_must(int batch, int batchSize, int runs)
    {
        const int Count = 66;
        var package = CraftedRecogniser.Package(_folder.File("package"), CraftedRecogniser.Graph(batch), CraftedRecogniser.Expects with { Batch = batch });
        FaceImage[] faces = [.. Enumerable.Range(0, Count).Select(i => SyntheticPixels.Flat(112, 112, (byte)i, (byte)(2 * i), 7))];
        foreach (var way in (string[])["matrix", "list"])
        {
            var options = new FaceEmbedderOptions
            {
                BatchSize = batchSize, Configure = session =>
                {
                    // In this order, or the file lies elsewhere.
                    session.ProfileOutputPathPrefix = _folder.File(way);
                    session.EnableProfiling = true;
                }
            };
            using (var embedder = FaceEmbedder.Load(package, options))
            {
                if (way == "list") AssertNear(CraftedRecogniser.Expected(faces[^1].Pixels), embedder.Embed(faces)[^1].Values);
                else AssertNear(CraftedRecogniser.Expected(faces[^1].Pixels), embedder.Embed(faces, Resolution.Full)[Count - 1]);
            }

            Assert.Equal(runs, File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path, $"{way}_*.json"))).Split("\"model_run\"").Length - 1);
        }
    }

    [Fact]
    public void A_branch_of_ours_stands_beside_it()
    {
        File.WriteAllBytes(_folder.File("recogniser.onnx"), CraftedRecogniser.Graph());
        var ours = CraftedPackage.Write(_folder.File("ours"), [112, 7], embeddingSize: 3);
        using (var draft = new PackageDraft(_folder.File("package")))
        {
            var recogniser = RecogniserPackage.Add(draft, _folder.File("recogniser.onnx"), CraftedRecogniser.Expects);
            foreach (var file in (string[])[CraftedPackage.Weights, CraftedPackage.Index, "r7.onnx"]) draft.Add(file, stream => stream.Write(File.ReadAllBytes(Path.Combine(ours, file))));
            var branch = ModelPackage.Open(ours).Manifest.Graphs.Paths.Single(path => path.Resolution == 7);
            draft.Describe(RecogniserPackage.Manifest(draft, recogniser, 3, [branch], new StoredWeights(CraftedPackage.Weights, CraftedPackage.Index)));
            draft.PutInPlace();
        }

        foreach (var mode in Enum.GetValues<InferenceMode>())
        {
            using var embedder = FaceEmbedder.Load(_folder.File("package"), new FaceEmbedderOptions { Mode = mode });
            FaceImage[] faces = [SyntheticPixels.Flat(6, 6, 10, 20, 30), SyntheticPixels.Flat(100, 90, 10, 20, 30)];
            var embeddings = embedder.Embed(faces);
            Assert.Equal([7, 112], embeddings.Select(embedding => embedding.Branch.Side));
            AssertNear(CraftedPackage.Expected(faces[0], 7)[..3], embeddings[0].Values);
            AssertNear(CraftedRecogniser.Expected(faces[1].Pixels), embeddings[1].Values);
        }
    }

    [Fact]
    public void Every_byte_becomes_the_number_that_the_formula_gives()
    {
        var expects = CraftedRecogniser.Expects;
        var planes = new float[3 * 256];
        byte[] pixels = [.. Enumerable.Range(0, 256).SelectMany(p => new[] { (byte)p, (byte)(255 - p), (byte)(p ^ 85) })];
        foreach (var order in (string[])[ForeignInput.Rgb, ForeignInput.Bgr])
        {
            new ForeignPixels(expects with { ColourOrder = order }).Write(pixels, planes);
            for (var i = 0; i < 256; i++)
            for (var plane = 0; plane < 3; plane++)
            {
                float value = pixels[(3 * i) + (order == ForeignInput.Rgb ? plane : 2 - plane)];
                value /= 255;
                value -= expects.Mean[plane];
                value /= expects.Std[plane];
                Assert.Equal(value, planes[(plane * 256) + i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void A_graph_that_does_not_take_what_is_said_is_named(string what, string told)
    {
        var package = CraftedRecogniser.Package(_folder.File("package"), what switch
        {
            "another input" => CraftedGraph.Identity(CraftedGraph.Floats("pixels", null, 3, 112, 112), CraftedGraph.Floats("embedding", null, 3)),
            "another size" => CraftedRecogniser.Graph(side: 100),
            "another batch" => CraftedRecogniser.Graph(batch: 4),
            "whole numbers" => CraftedGraph.Model((1, CraftedGraph.Node("Identity", "fc1", ["data"])), (11, CraftedGraph.Integers("data", null, 3, 112, 112)), (12, CraftedGraph.Integers("fc1", null, 3, 112, 112))),
            _ => CraftedGraph.Model((1, CraftedGraph.Node("Flatten", "fc1", ["data"])), (11, CraftedGraph.Floats("data", null, 3, 112, 112)), (12, CraftedGraph.Floats("fc1", null, null)))
        });
        using var embedder = FaceEmbedder.Load(package);
        var fault = Assert.Throws<InputException>(() => embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3))).Message;
        Assert.StartsWith(Path.Combine(package, "r112.onnx"), fault, StringComparison.Ordinal);
        Assert.Contains(told, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_recogniser_is_refused_by_name_when_it_is_looked_at()
    {
        var path = _folder.File("recogniser.onnx");
        Assert.Contains("there is no such file", Refused(), StringComparison.Ordinal);
        File.WriteAllBytes(path, CraftedGraph.Model((1, CraftedGraph.Node("Guess", "fc1", ["data"])), (11, CraftedGraph.Floats("data", null, 3, 112, 112)), (12, CraftedGraph.Floats("fc1", null, 4))));
        Assert.Contains("cannot be run by ONNX Runtime", Refused(), StringComparison.Ordinal);
        File.WriteAllBytes(path, CraftedRecogniser.Graph(location: "../outside"));
        Assert.Contains("no file within its folder", Refused(), StringComparison.Ordinal);
        File.WriteAllBytes(path, CraftedRecogniser.Graph(side: 128));
        Assert.Contains("takes 'data' [N, 3, 128, 128]", Refused(), StringComparison.Ordinal);
        // Room for so many faces, and embeddings as large as pictures.
        File.WriteAllBytes(path, CraftedRecogniser.Graph(batch: 100_000));
        Assert.Contains("batches of 100000, expected 1 to 1024", Refused(), StringComparison.Ordinal);
        File.WriteAllBytes(path, CraftedRecogniser.Graph(batch: int.MaxValue));
        Assert.Contains("expected 1 to 1024", Refused(), StringComparison.Ordinal);
        File.WriteAllBytes(path, CraftedGraph.Model((1, CraftedGraph.Node("Concat", "fc1", ["data", "data"], ProtoBytes.Message((1, "axis"), (3, 1), (20, 2)))), (11, CraftedGraph.Floats("data", null, 3, 112, 112)), (12, CraftedGraph.Floats("fc1", null, 6, 112, 112))));
        Assert.Contains("embeddings of 75264 numbers in 'fc1', expected 1 to 65536", Refused(), StringComparison.Ordinal);
        File.WriteAllBytes(path, CraftedGraph.Model(
            (1, CraftedGraph.Node("Flatten", "fc1", ["data"])), (1, CraftedGraph.Node("Flatten", "fc2", ["data"])), (11, CraftedGraph.Floats("data", null, 3, 112, 112)), (12, CraftedGraph.Floats("fc1", null, null)), (12, CraftedGraph.Floats("fc2", null, null))));
        Assert.Contains("has the outputs 'fc1', 'fc2'; say which is meant", Refused(""), StringComparison.Ordinal);

        string Refused(string output = "fc1") => Assert.Throws<InputException>(() => RecogniserShape.Of(path, CraftedRecogniser.Expects with { Output = output })).Message;
    }

    /// <summary>From JPEG files, beside a program that knows nothing of packages.</summary>
    private void AssertSameBits(string onnx, RecogniserShape shape, FaceEmbedderOptions options)
    {
        const int Count = 9, UsualBatch = 8;
        FaceImage[] faces = [.. Directory.EnumerateFiles(SharedData.Require("lfw", "faces"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(Count).Select(file => FaceDecoder.DecodeFile(file))];
        using var embedder = FaceEmbedder.Load(_folder.File("package"), options);
        var embeddings = embedder.Embed(faces);
        using var bare = new InferenceSession(onnx);
        foreach (var batch in Enumerable.Range(0, Count).Chunk(shape.Input.Batch ?? (options.BatchSize > 0 ? options.BatchSize : UsualBatch)))
        {
            var expected = Bare(bare, [.. batch.Select(i => faces[i])]);
            for (var row = 0; row < batch.Length; row++) Assert.Equal(expected.AsSpan(row * shape.EmbeddingSize, shape.EmbeddingSize).ToArray(), embeddings[batch[row]].Values.ToArray());
        }
    }

    /// <summary>What a program has that knows nothing of packages.</summary>
    private static float[] Bare(InferenceSession session, FaceImage[] faces)
    {
        float[] mean = [0.485f, 0.456f, 0.406f], std = [0.229f, 0.224f, 0.225f];
        var numbers = 112 * 112;
        var pixels = new float[faces.Length * 3 * numbers];
        for (var n = 0; n < faces.Length; n++)
        for (var c = 0; c < 3; c++)
        for (var i = 0; i < numbers; i++)
            pixels[(((n * 3) + c) * numbers) + i] = ((faces[n].Pixels[(3 * i) + c] / 255f) - mean[c]) / std[c];
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, [faces.Length, 3, 112, 112]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void AssertNear(float[] expected, ReadOnlySpan<float> found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-4f);
    }
}
