using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Kernels;
using BTNet.Training.Tests.Backbones.Onnx;
using BTNet.Training.Tests.Branches;
using BTNet.Training.Tests.Export;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

/// <summary>Packages of small recognisers with branches whose every weight was trained, so to say: drawn.</summary>
[Collection(nameof(TorchRandomness))]
public sealed class RecogniserExportTests : IDisposable
{
    private static readonly RecogniserInput Input = RecogniserInput.Named("imagenet-bgr");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, TailChange> Kinds
    {
        get
        {
            var kinds = new TheoryData<string, TailChange>();
            // A long way around leaves no join in the last.
            foreach (var network in Networks.All.Keys.Except(["long skip"]))
                foreach (var change in Enum.GetValues<TailChange>()) kinds.Add(network, change);
            return kinds;
        }
    }

    public static TheoryData<string> Names => [.. Networks.All.Keys.Except(["long skip"])];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_package_gives_the_embeddings_of_torch_in_every_mode(string network, TailChange change) => CheckEmbeddings(network, change, blocks: null);

    [Theory]
    [InlineData("mobilenet", TailChange.LowRank)]
    [InlineData("resnet", TailChange.Whole)]
    public void So_does_one_with_copied_layers(string network, TailChange change) => CheckEmbeddings(network, change, BranchBlocks.Copied);

    [Theory]
    [InlineData("mobilenet", 2)]
    [InlineData("resnet", 4)]
    public void So_does_one_whose_copied_layers_find_faces_interpolated(string network, int oversampling) => CheckEmbeddings(network, TailChange.ScaleAndShift, BranchBlocks.Copied, oversampling);

    [Fact]
    public void A_branch_that_enlarges_is_not_packaged()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Mobilenet()));
        var recogniser = new Recogniser(trunk, Input);
        Save(recogniser, 14, TailChange.Whole, BranchBlocks.Enlarged).Dispose();

        var fault = Assert.Throws<InputException>(() => RecogniserExport.Run(recogniser, Model, Package, SmallCheckpoint.Faces(1)));

        Assert.Contains("is to compare with and is not packaged", fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Package));
    }

    private void CheckEmbeddings(string network, TailChange change, BranchBlocks? blocks, int oversampling = 1)
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.All[network]()));
        var recogniser = new Recogniser(trunk, Input);
        using var branch = Save(recogniser, 14, change, blocks, oversampling);

        var outcome = RecogniserExport.Run(recogniser, Model, Package, SmallCheckpoint.Faces(5));

        Assert.Equal([(112, 5), (14, 5)], outcome.Checks.Select(check => (check.Resolution.Side, check.Faces)));
        Assert.All(outcome.Checks, check => Assert.InRange(check.Furthest, -1e-6, 1e-5));
        FaceImage[] small = [.. SmallCheckpoint.Faces(3).Select(face => FaceResizer.Resize(face, 14, 14))];
        using var _ = no_grad();
        var expected = branch.Embed(branch.Map(FaceTensor.FromFaces(small, 0, 3, 14), training: false)).contiguous();
        foreach (var mode in Enum.GetValues<InferenceMode>())
        {
            using var embedder = FaceEmbedder.Load(Package, new FaceEmbedderOptions { Mode = mode });
            var embeddings = embedder.Embed(small, Resolution.Of(14), TestContext.Current.CancellationToken);
            // Lengths and all, not directions alone.
            Assert.InRange(Reference.Distance([.. Enumerable.Range(0, 3).Select(row => embeddings[row].ToArray())], expected), 0, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Faces_of_112_get_bit_for_bit_what_the_recogniser_gives_by_itself(string network)
    {
        var onnx = Reference.Write(_folder.File("net.onnx"), Networks.All[network]());
        Export(onnx, [14, 7]);

        AssertBitwise(onnx, Package);
        Assert.Equal(File.ReadAllBytes(onnx), File.ReadAllBytes(Path.Combine(Package, "r112.onnx")));
    }

    [Fact]
    public void A_recogniser_with_weights_beside_it_is_extended_as_any_other()
    {
        var exported = _folder.File("exported");
        ModelExport.Run(SmallCheckpoint.Make(_folder.File("checkpoint"), "mobilefacenet", []), exported, SmallCheckpoint.Faces(1));
        var onnx = Path.Combine(exported, "r112.onnx");

        Export(onnx, [28, 14]);

        AssertBitwise(onnx, Package);
        var manifest = ModelPackage.Open(Package).Manifest;
        Assert.Equal("r112/r112.onnx", manifest.Graphs.Paths.Single(path => path.Resolution == 112).Graph);
    }

    [Fact]
    public void The_same_graph_with_other_weights_beside_it_is_another_recogniser()
    {
        var exported = _folder.File("exported");
        ModelExport.Run(SmallCheckpoint.Make(_folder.File("checkpoint"), "iresnet10", []), exported, SmallCheckpoint.Faces(1));
        var onnx = Path.Combine(exported, "r112.onnx");
        string Fingerprint()
        {
            using var trunk = OnnxTrunk.Load(onnx);
            return new Recogniser(trunk, Input).Fingerprint;
        }

        var before = Fingerprint();
        Assert.Equal(before, Fingerprint());
        var weights = File.ReadAllBytes(Path.Combine(exported, "weights.bin"));
        weights[4001] ^= 1;
        File.WriteAllBytes(Path.Combine(exported, "weights.bin"), weights);

        Assert.NotEqual(before, Fingerprint());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_checker_of_ONNX_accepts_the_graphs_of_branches(string network)
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.All[network]()));
        var recogniser = new Recogniser(trunk, Input);
        foreach (var (side, change) in ((int, TailChange)[])[(28, TailChange.ScaleAndShift), (14, TailChange.LowRank), (7, TailChange.Whole)]) Save(recogniser, side, change).Dispose();
        RecogniserExport.Run(recogniser, Model, Package, SmallCheckpoint.Faces(1));

        // The recogniser's own graph is as somebody else wrote it.
        File.Delete(Path.Combine(Package, "r112.onnx"));
        var told = OtherProgramsTests.Checked(Package, Directory.CreateDirectory(_folder.File("whole")).FullName);

        Assert.Equal(new[] { "r14.fast.onnx", "r14.onnx", "r28.fast.onnx", "r28.onnx", "r7.fast.onnx", "r7.onnx" }, told.Keys.Order(StringComparer.Ordinal));
        Assert.All(told, graph => Assert.Equal("16", graph.Value[^1]));
    }

    [Fact]
    public void A_package_says_of_its_branches_what_they_cost()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        var recogniser = new Recogniser(trunk, Input);
        using var branch = Save(recogniser, 14, TailChange.ScaleAndShift);
        RecogniserExport.Run(recogniser, Model, Package, SmallCheckpoint.Faces(1));

        var paths = ModelPackage.Open(Package).Manifest.Graphs.Paths;

        Assert.Equal([112, 14], paths.Select(path => path.Resolution));
        Assert.Equal([trunk.MultiplyAccumulates, branch.MultiplyAccumulates()], paths.Select(path => path.MultiplyAccumulates));
        Assert.Equal(branch.Weights.Sum(weight => weight.Tensor.NumberOfElements), paths[1].Parameters);
    }

    [Fact]
    public void Lengths_of_embeddings_are_stated_of_faces_that_were_not_trained_on_where_these_are_enough()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        Model.Make();
        FaceImage[] faces = [.. SmallCheckpoint.Faces(101)], unseen = [.. faces.Skip(1)];
        Assert.Same(unseen, RecogniserExtension.Measured(faces, unseen));
        Assert.Same(faces, RecogniserExtension.Measured(faces, faces[..99]));

        RecogniserExport.Run(new Recogniser(trunk, Input), Model, Package, faces[..1], unseen, new ExportOptions { FacesAreReal = false }, progress: null, TestContext.Current.CancellationToken);

        var stated = Assert.Single(ModelPackage.Open(Package).Manifest.FaceStatistics!);
        using var embedder = FaceEmbedder.Load(Package);
        var embeddings = embedder.Embed(unseen, Resolution.Full, TestContext.Current.CancellationToken);
        var lengths = Enumerable.Range(0, 100).Select(row => (double)System.Numerics.Tensors.TensorPrimitives.Norm(embeddings[row])).Order().ToList();
        Assert.Equal((112, 100, lengths[50], lengths[1]), (stated.Resolution, stated.Faces, stated.MedianNorm, stated.LowNorm));
    }

    [Fact]
    public void A_branch_that_is_missing_or_gives_no_numbers_is_refused_and_no_package_is_left()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        var recogniser = new Recogniser(trunk, Input);
        Model.Make();
        string Refused(ExportOptions options) => Assert.Throws<InputException>(() => RecogniserExport.Run(recogniser, Model, Package, SmallCheckpoint.Faces(1), options)).Message;

        Assert.Contains("holds no branch for 14 pixels", Refused(new ExportOptions { Branches = [Resolution.Of(14)] }), StringComparison.Ordinal);
        using (var branch = Save(recogniser, 14, TailChange.ScaleAndShift))
        {
            using (no_grad()) branch.TailWeights.Last().Tensor.fill_(float.NaN);
            JoinBranchFile.Save(Model, branch, recogniser.Fingerprint, "{}");
        }

        Assert.Contains("net.onnx was not exported: at 14 pixels", Refused(new ExportOptions()), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Package));
    }

    [Fact]
    public void A_recogniser_alone_makes_a_package_too()
    {
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.LongSkip()));
        Model.Make();

        RecogniserExport.Run(new Recogniser(trunk, Input), Model, Package, SmallCheckpoint.Faces(2));

        AssertBitwise(trunk.Path, Package);
    }

    private ModelDirectory Model => new(_folder.File("model"));

    private string Package => _folder.File("package");

    private static void AssertBitwise(string onnx, string package)
    {
        using var embedder = FaceEmbedder.Load(package);
        using var bare = new InferenceSession(onnx);
        foreach (var face in SmallCheckpoint.Faces(3))
        {
            var pixels = new float[3 * 112 * 112];
            for (var plane = 0; plane < 3; plane++)
                for (var at = 0; at < 112 * 112; at++) pixels[(plane * 112 * 112) + at] = ((face.Pixels[(3 * at) + 2 - plane] / 255f) - (float)Input.Mean[plane]) / (float)Input.Scale[plane];
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, 112, 112]);
            using var run = new RunOptions();
            using var outputs = bare.Run(run, [bare.InputNames[0]], [input], [bare.OutputNames[0]]);
            Assert.Equal(outputs[0].GetTensorDataAsSpan<float>(), embedder.Embed([face], Resolution.Full, TestContext.Current.CancellationToken)[0]);
        }
    }

    private void Export(string onnx, int[] sides)
    {
        using var trunk = OnnxTrunk.Load(onnx);
        var recogniser = new Recogniser(trunk, Input);
        foreach (var side in sides) Save(recogniser, side, TailChange.ScaleAndShift).Dispose();
        var outcome = RecogniserExport.Run(recogniser, Model, Package, SmallCheckpoint.Faces(3));
        Assert.All(outcome.Checks, check => Assert.InRange(check.Furthest, -1e-6, 1e-5));
    }

    private JoinBranch Save(Recogniser recogniser, int side, TailChange change, BranchBlocks? blocks = null, int oversampling = 1)
    {
        Model.Make();
        var resolution = Resolution.Of(side);
        var branch = new JoinBranch(recogniser.Trunk, recogniser.Input, resolution, recogniser.Trunk.JoinAt(resolution), new BranchShape { Width = 8, Depth = 1, Oversampling = oversampling, Blocks = blocks ?? (side == 7 ? BranchBlocks.Inverted : BranchBlocks.Residual) }, new TailChoice { Change = change, Rank = 2 });
        OwnLayerTests.Fill(branch.Weights);
        JoinBranchFile.Save(Model, branch, recogniser.Fingerprint, "{}");
        return branch;
    }
}
