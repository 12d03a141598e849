using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Tests.Backbones.Onnx;
using BTNet.Training.Tests.Branches;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Checkpoints;

[Collection(nameof(TorchRandomness))]
public sealed class JoinBranchFileTests : IDisposable
{
    private static readonly Resolution Fourteen = Resolution.Of(14);

    private readonly TemporaryFolder _folder = new();
    private readonly OnnxTrunk _trunk;
    private readonly ModelDirectory _model;

    public JoinBranchFileTests()
    {
        _trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        _model = new ModelDirectory(_folder.File("model"));
        _model.Make();
    }

    public static TheoryData<TailChange> Changes => [.. Enum.GetValues<TailChange>()];

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_branch_is_read_as_it_was_written(TailChange change)
    {
        using var written = Save(change);

        using var read = JoinBranchFile.Load(_model, _trunk, RecogniserInput.Common[0], "recogniser", Fourteen);

        Assert.Equal((written.Join, written.Shape, written.Choice), (read.Join, read.Shape, read.Choice));
        Assert.Equal(written.Weights.Select(weight => weight.Key), read.Weights.Select(weight => weight.Key));
        Assert.All(written.Weights.Zip(read.Weights), pair => Assert.True(SmallNetworks.AreEqual(pair.First.Tensor, pair.Second.Tensor), pair.First.Key));
    }

    [Fact]
    public void A_branch_of_another_recogniser_is_refused()
    {
        Save().Dispose();
        Assert.Contains("was trained for another recogniser than", Refused("another"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_that_is_not_there_is_refused_with_those_that_are()
    {
        Assert.Contains("holds no branch for 14 pixels; it has none", Refused(), StringComparison.Ordinal);
        Save().Dispose();
        Assert.Contains("holds no branch for 7 pixels; it has 14", Assert.Throws<InputException>(() => JoinBranchFile.Load(_model, _trunk, RecogniserInput.Common[0], "recogniser", Resolution.Of(7))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_that_was_renamed_is_refused()
    {
        Save().Dispose();
        File.Move(_model.BranchFile(Fourteen), _model.BranchFile(Resolution.Of(7)));

        Assert.Contains("holds the branch for 14 pixels, not 7; it was renamed", Assert.Throws<InputException>(() => JoinBranchFile.Load(_model, _trunk, RecogniserInput.Common[0], "recogniser", Resolution.Of(7))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_join_shape_or_kind_is_refused()
    {
        Save().Dispose();
        foreach (var (key, value, said) in ((string, string, string)[])[
            ("join", "elsewhere", "joins the map 'elsewhere', and"), ("join", _trunk.JoinAt(Resolution.Of(7)).Tensor, "none of that name and size"), ("shape", "{", "does not say its 'shape'"),
            ("shape", """{"blocks":0,"size":1,"width":4,"depth":2}""", "width: 4 is not between 8 and 512"), ("shape", """{"blocks":0,"size":1,"width":16,"depth":2}""", "holds another network than expected"),
            ("tail", "null", "does not say its 'tail'"), ("kind", "branch", "expected 'btnet-checkpoint/1', 'joinBranch'")])
        {
            var file = _model.BranchFile(Fourteen);
            var kept = File.ReadAllBytes(file);
            var (tensors, metadata) = TensorFile.Read(file);
            TensorFile.Write(file, tensors.Select(entry => (entry.Key, entry.Value)), metadata.ToDictionary(entry => entry.Key, entry => entry.Key == key ? value : entry.Value));
            foreach (var tensor in tensors.Values) tensor.Dispose();

            Assert.Contains(said, Refused(), StringComparison.Ordinal);
            File.WriteAllBytes(file, kept);
        }
    }

    [Fact]
    public void A_damaged_file_is_refused_by_a_message_or_read_whole_and_never_ends_otherwise()
    {
        Save().Dispose();
        var file = _model.BranchFile(Fourteen);
        var refused = 0;
        foreach (var bytes in Mutations.Of(File.ReadAllBytes(file), 200, seed: 5))
        {
            File.WriteAllBytes(file, bytes);
            try
            {
                JoinBranchFile.Load(_model, _trunk, RecogniserInput.Common[0], "recogniser", Fourteen).Dispose();
            }
            catch (InputException fault)
            {
                Assert.Contains(file, fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 50, 200);
    }

    [Fact]
    public void A_training_starts_from_a_branch_of_another_resolution_that_is_built_alike()
    {
        using var written = Save(TailChange.None);
        using var fresh = new JoinBranch(_trunk, RecogniserInput.Common[0], Fourteen, _trunk.JoinAt(Fourteen), new BranchShape { Width = 8, Depth = 1 }, new TailChoice { Change = TailChange.None });
        JoinBranchFile.ReadInto(_model, fresh);
        Assert.All(written.Weights.Zip(fresh.Weights), pair => Assert.True(SmallNetworks.AreEqual(pair.First.Tensor, pair.Second.Tensor), pair.First.Key));

        using var wider = new JoinBranch(_trunk, RecogniserInput.Common[0], Fourteen, _trunk.JoinAt(Fourteen), new BranchShape { Width = 16, Depth = 1 }, new TailChoice());
        Assert.Contains("holds another network than expected", Assert.Throws<InputException>(() => JoinBranchFile.ReadInto(_model, wider)).Message, StringComparison.Ordinal);
        Assert.Contains("to start from; it has none", Assert.Throws<InputException>(() => JoinBranchFile.ReadInto(new ModelDirectory(_folder.Path), wider)).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _trunk.Dispose();
        _folder.Dispose();
    }

    private string Refused(string recogniser = "recogniser") => Assert.Throws<InputException>(() => JoinBranchFile.Load(_model, _trunk, RecogniserInput.Common[0], recogniser, Fourteen)).Message;

    private JoinBranch Save(TailChange change = TailChange.ScaleAndShift)
    {
        var branch = new JoinBranch(_trunk, RecogniserInput.Common[0], Fourteen, _trunk.JoinAt(Fourteen), new BranchShape { Width = 8, Depth = 1 }, new TailChoice { Change = change, Rank = 2 });
        OwnLayerTests.Fill(branch.Weights);
        using (no_grad()) JoinBranchFile.Save(_model, branch, "recogniser", "{}");
        return branch;
    }
}
