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
    public void A_training_starts_from_a_branch_of_its_own_or_another_resolution_that_is_built_alike()
    {
        using var written = Save(TailChange.None);
        using var seven = new JoinBranch(_trunk, RecogniserInput.Common[0], Resolution.Of(7), _trunk.JoinAt(Resolution.Of(7)), new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 1 }, new TailChoice { Change = TailChange.None });
        JoinBranchFile.ReadInto(_model, seven, "recogniser");
        // Maps of 7 pixels have other channels.
        Assert.All(written.Weights.Zip(seven.Weights).Where(pair => !pair.First.Key.StartsWith("join.", StringComparison.Ordinal)), pair => Assert.True(SmallNetworks.AreEqual(pair.First.Tensor, pair.Second.Tensor), pair.First.Key));
        using var fresh = new JoinBranch(_trunk, RecogniserInput.Common[0], Fourteen, _trunk.JoinAt(Fourteen), new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 1 }, new TailChoice { Change = TailChange.None });
        JoinBranchFile.ReadInto(_model, fresh, "recogniser");
        Assert.All(written.Weights.Zip(fresh.Weights), pair => Assert.True(SmallNetworks.AreEqual(pair.First.Tensor, pair.Second.Tensor), pair.First.Key));

        using var wider = new JoinBranch(_trunk, RecogniserInput.Common[0], Fourteen, _trunk.JoinAt(Fourteen), new BranchShape { Blocks = BranchBlocks.Residual, Width = 16, Depth = 1 }, new TailChoice { Change = TailChange.ScaleAndShift });
        Assert.Matches(": 4 of [0-9]+ tensors; fresh are stem.conv.*; the recogniser's are layer", Started(wider));
        Assert.Contains("to start from; it has none", Assert.Throws<InputException>(() => JoinBranchFile.ReadInto(new ModelDirectory(_folder.Path), wider, "recogniser")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_at_another_resolution_starts_from_what_fits_and_says_what_is_fresh()
    {
        using var written = Save();
        using var seven = Seven(new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 1 });
        var before = Values(seven);

        var said = Started(seven);

        var from = Values(written);
        foreach (var (key, value) in Values(seven))
        {
            // Of the blocks and of the tail that both have; the join has other channels.
            var fits = from.TryGetValue(key, out var other) && other.Length == value.Length;
            Assert.Equal(fits ? other : before[key], value);
            Assert.True(fits == !key.StartsWith("join.", StringComparison.Ordinal), $"{key} {fits}");
        }

        Assert.StartsWith($"starting from {_model.BranchFile(Fourteen)}: ", said, StringComparison.Ordinal);
        Assert.Contains("fresh are join.conv", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_branch_of_copied_layers_starts_wholly_from_one_that_joins_elsewhere()
    {
        var (shape, whole) = (new BranchShape { Blocks = BranchBlocks.Copied }, new TailChoice { Change = TailChange.Whole });
        using var fourteen = new JoinBranch(_trunk, RecogniserInput.Common[0], Fourteen, _trunk.JoinAt(Fourteen), shape, whole);
        using var seven = new JoinBranch(_trunk, RecogniserInput.Common[0], Resolution.Of(7), _trunk.JoinAt(Resolution.Of(7)), shape with { Oversampling = 2 }, whole);
        OwnLayerTests.Fill(fourteen.Weights);
        _model.Make();
        JoinBranchFile.Save(_model, fourteen, "recogniser", "{}");

        var said = Started(seven);

        Assert.DoesNotContain("fresh are", said, StringComparison.Ordinal);
        var from = Values(fourteen);
        Assert.All(Values(seven), entry => Assert.Equal(from[entry.Key], entry.Value));
    }

    [Fact]
    public void A_layer_is_taken_over_whole_or_stays_the_recognisers_where_it_lies_in_front_of_one_join_and_behind_the_other()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (copied, thin) = (new BranchShape { Blocks = BranchBlocks.Copied }, new TailChoice { Change = TailChange.LowRank, Rank = 2 });
        JoinBranch Of(int side) => new(_trunk, RecogniserInput.Common[0], Resolution.Of(side), _trunk.JoinAt(Resolution.Of(side), JoinPlace.Deepest), copied, thin);
        using var large = Of(28);
        OwnLayerTests.Fill(large.Weights);
        JoinBranchFile.Save(_model, large, "recogniser", "{}");

        using var small = Of(14);
        var said = Started(small);

        Assert.DoesNotContain("fresh are", said, StringComparison.Ordinal);
        Assert.DoesNotContain("the recogniser's are", said, StringComparison.Ordinal);
        var (theirs, moved) = (Layers(large), 0);
        foreach (var (index, (layer, weight, bias)) in Layers(small))
        {
            Assert.True(AreAlike(theirs[index].Layer.Apply(weight, bias), layer.Apply(weight, bias)), $"layer {index}");
            if (layer.Matrix is not null && theirs[index].Layer.Up is not null) moved++;
        }

        Assert.True(moved > 0, "no layer lies between the joins");

        // The other way round: thin matrices cannot be what a copy became.
        File.Delete(_model.BranchFile(Resolution.Of(28)));
        OwnLayerTests.Fill(small.Weights);
        JoinBranchFile.Save(_model, small, "recogniser", "{}");
        using var again = Of(28);
        Assert.Contains("; the recogniser's are layer.", Started(again), StringComparison.Ordinal);
        theirs = Layers(small);
        foreach (var (index, (layer, weight, bias)) in Layers(again))
            Assert.True(AreAlike(theirs[index].Layer.Matrix is not null && layer is { Matrix: null } ? (weight, bias) : theirs[index].Layer.Apply(weight, bias), layer.Apply(weight, bias), biasOfZeros: true), $"layer {index}");

        static Dictionary<int, (OwnLayer Layer, Tensor Weight, Tensor? Bias)> Layers(JoinBranch branch) => branch.RecogniserNodes.Where(pair => pair.Own is not null)
            .ToDictionary(pair => pair.Node.Index, pair => (pair.Own!, pair.Node.Inputs[1].Constant!.Value, pair.Node.Inputs.Length > 2 ? pair.Node.Inputs[2].Constant?.Value : null));

        static bool AreAlike((Tensor Weight, Tensor? Bias) expected, (Tensor Weight, Tensor? Bias) actual, bool biasOfZeros = false) =>
            expected.Weight.allclose(actual.Weight, 1e-5, 1e-6) && (expected.Bias is { } bias ? bias.allclose(actual.Bias!, 1e-5, 1e-6) : biasOfZeros ? actual.Bias is null || !actual.Bias.any().item<bool>() : actual.Bias is null);
    }

    [Fact]
    public void Of_a_branch_for_another_recogniser_the_tail_is_not_taken_and_one_of_which_nothing_fits_is_refused()
    {
        using var written = Save();
        using var seven = Seven(new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 1 });
        var before = Values(seven);
        JoinBranchFile.ReadInto(_model, seven, "another");
        Assert.All(Values(seven), entry => Assert.Equal(entry.Key.StartsWith("layer.", StringComparison.Ordinal) || entry.Key.StartsWith("join.", StringComparison.Ordinal), entry.Value.SequenceEqual(before[entry.Key])));

        using var wider = Seven(new BranchShape { Blocks = BranchBlocks.Residual, Width = 16, Depth = 1 });
        Assert.Contains("nothing that this branch for 7 could start from", Assert.Throws<InputException>(() => JoinBranchFile.ReadInto(_model, wider, "another")).Message, StringComparison.Ordinal);
    }

    private JoinBranch Seven(BranchShape shape) => new(_trunk, RecogniserInput.Common[0], Resolution.Of(7), _trunk.JoinAt(Resolution.Of(7)), shape, new TailChoice { Change = TailChange.ScaleAndShift });

    private string Started(JoinBranch branch)
    {
        List<string> said = [];
        JoinBranchFile.ReadInto(_model, branch, "recogniser", said.Add);
        return Assert.Single(said);
    }

    private static Dictionary<string, float[]> Values(JoinBranch branch) => branch.Weights.ToDictionary(weight => weight.Key, weight => weight.Tensor.detach().data<float>().ToArray());

    public void Dispose()
    {
        _trunk.Dispose();
        _folder.Dispose();
    }

    private string Refused(string recogniser = "recogniser") => Assert.Throws<InputException>(() => JoinBranchFile.Load(_model, _trunk, RecogniserInput.Common[0], recogniser, Fourteen)).Message;

    private JoinBranch Save(TailChange change = TailChange.ScaleAndShift)
    {
        var branch = new JoinBranch(_trunk, RecogniserInput.Common[0], Fourteen, _trunk.JoinAt(Fourteen), new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 1 }, new TailChoice { Change = change, Rank = 2 });
        OwnLayerTests.Fill(branch.Weights);
        using (no_grad()) JoinBranchFile.Save(_model, branch, "recogniser", "{}");
        return branch;
    }
}
