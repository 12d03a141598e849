using System.Runtime.InteropServices;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Checkpoints.Import;
using BTNet.Training.Tests.Golden;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Checkpoints.Import;

public sealed class ReferenceImportTests
{
    private static readonly Resolution Fourteen = Resolution.Of(14);

    [Theory]
    [InlineData("iresnet_w8.pt", 0)]
    [InlineData("iresnet_w8_module_half_strided.pt", 1)]
    public void A_checkpoint_of_PyTorch_becomes_a_trunk_with_its_weights(string file, int prefixNotices)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.File("model"));

        var result = ReferenceImport.Trunk(TorchArchive.Read(SharedData.Require("formats", "torch", file)), model);

        var spec = new BackboneSpec { Name = "iresnet10", Width = 8, EmbeddingSize = 32 };
        Assert.Equal(spec, result.Spec);
        Assert.Equal(prefixNotices, result.Notices.Count(notice => notice.Contains("'module.'")));
        using var trunk = model.LoadTrunk(spec);
        using var expected = SmallNetworks.Trunk(spec);
        // Half precision keeps eleven bits.
        var tolerance = prefixNotices == 0 ? 1e-6f : 1e-3f;
        Assert.Equal(trunk.Weights.Count(), result.Tensors);
        foreach (var (ours, formula) in trunk.Weights.Zip(expected.Weights))
            Assert.True((ours.Tensor - formula.Tensor).abs().max().item<float>() <= tolerance * Math.Max(1, formula.Tensor.abs().max().item<float>()), ours.Key);
        if (prefixNotices == 0)
        {
            var image = Wave.Image("face", 1, 3, 112, 112);
            var embedding = expected.Forward(image, training: false);
            Assert.True((trunk.Forward(image, training: false) - embedding).abs().max().item<float>() <= 1e-5 * embedding.abs().max().item<float>());
        }
    }

    [Theory]
    [InlineData("iresnet10", 4)]
    [InlineData("iresnet18", 2)]
    [InlineData("iresnet50", 2)]
    [InlineData("mobilefacenet", 4)]
    public void The_backbone_is_told_from_the_keys(string name, int width)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var spec = new BackboneSpec { Name = name, Width = width, EmbeddingSize = 8 };
        using var trunk = SmallNetworks.Trunk(spec);
        var model = new ModelDirectory(folder.File("model"));

        Assert.Equal(spec, ReferenceImport.Trunk(Archive(trunk.Weights), model).Spec);

        using var loaded = model.LoadTrunk();
        foreach (var (left, right) in trunk.Weights.Zip(loaded.Weights)) Assert.True(SmallNetworks.AreEqual(left.Tensor, right.Tensor), left.Key);
    }

    [Fact]
    public void Another_backbone_than_the_files_is_refused_with_the_keys_that_do_not_fit()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = SmallNetworks.Trunk();
        var model = new ModelDirectory(folder.File("model"));

        var deeper = Assert.Throws<InputException>(() => ReferenceImport.Trunk(Archive(trunk.Weights), model, "iresnet18")).Message;
        var other = Assert.Throws<InputException>(() => ReferenceImport.Trunk(Archive(trunk.Weights), model, "mobilefacenet")).Message;
        var unknown = Assert.Throws<InputException>(() => ReferenceImport.Trunk(Archive(trunk.Weights), model, "resnet50")).Message;

        Assert.Contains("'layer1.1.conv1.weight' is missing", deeper);
        Assert.Contains("'layer4.1.bn3.running_var' is missing", deeper);
        Assert.Contains("its first keys are conv1.weight", other);
        Assert.Contains("expected one of iresnet10", unknown);
        Assert.False(model.HasTrunk);
    }

    [Fact]
    public void Each_key_that_is_missing_or_too_much_or_of_another_shape_is_named()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = SmallNetworks.Trunk();
        List<Weight> weights =
        [
            .. trunk.Weights.Where(weight => weight.Key is not ("layer2.0.bn1.bias" or "layer3.0.prelu.weight")),
            new("layer3.0.prelu.weight", WeightKind.Slope, ones(3)), new("classifier.weight", WeightKind.Linear, ones(2, 2))
        ];

        var e = Assert.Throws<InputException>(() => ReferenceImport.Trunk(Archive(weights), new ModelDirectory(folder.File("model"))));

        Assert.Equal(3, e.Faults.Count);
        Assert.Contains("'layer2.0.bn1.bias' is missing", e.Faults);
        Assert.Contains("'layer3.0.prelu.weight' is [3], expected [16]", e.Faults);
        Assert.Contains(e.Faults, fault => fault.StartsWith("'classifier.weight' has no place in", StringComparison.Ordinal));
    }

    [Fact]
    public void Counters_of_batches_are_set_aside_and_a_trunk_that_is_there_is_not_written_over()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = SmallNetworks.Trunk();
        var model = new ModelDirectory(folder.File("model"));
        List<Weight> weights = [.. trunk.Weights, new("bn1.num_batches_tracked", WeightKind.RunningMean, ones(1))];

        Assert.Contains("1 counters of batches", Assert.Single(ReferenceImport.Trunk(Archive(weights), model).Notices));
        Assert.Contains("holds a trunk already", Assert.Throws<InputException>(() => ReferenceImport.Trunk(Archive(weights), model)).Message);
    }

    [Theory]
    [InlineData("odd \"name\".pt")]
    [InlineData("back\\slash.pt")]
    public void A_file_name_of_any_letters_is_noted_as_sound_JSON(string file)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = SmallNetworks.Trunk();
        var model = new ModelDirectory(folder.File("model"));

        ReferenceImport.Trunk(Archive(trunk.Weights, file), model);

        var provenance = TensorFile.ReadMetadata(Path.Combine(model.Path, "trunk.safetensors"))["provenance"];
        Assert.Equal(file, (string)System.Text.Json.Nodes.JsonNode.Parse(provenance)!["importedFrom"]!);
    }

    [Fact]
    public void A_branch_is_taken_out_of_a_checkpoint_of_the_whole_network()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = SmallNetworks.Trunk();
        var model = new ModelDirectory(folder.File("model"));
        model.Save(trunk, "{}");
        using var branch = MovedBranch(trunk);

        var result = ReferenceImport.Branch(Archive(Whole(trunk, branch)), model, Fourteen);

        Assert.Equal(SmallNetworks.Spec, result.Spec);
        using var loaded = model.LoadBranch(trunk, Fourteen);
        foreach (var (left, right) in branch.Weights.Zip(loaded.Weights)) Assert.True(SmallNetworks.AreEqual(left.Tensor, right.Tensor), left.Key);
    }

    [Fact]
    public void A_branch_whose_tail_is_another_trunks_is_refused()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = SmallNetworks.Trunk();
        var model = new ModelDirectory(folder.File("model"));
        model.Save(trunk, "{}");
        using var branch = MovedBranch(trunk);
        using (no_grad()) trunk.TailWeights(branch.Level).Last().Tensor.add_(0.5);

        var message = Assert.Throws<InputException>(() => ReferenceImport.Branch(Archive(Whole(trunk, branch)), model, Fourteen)).Message;

        Assert.Contains("belongs to another trunk", message);
        Assert.Contains("'fc.bias'", message);
        Assert.Empty(model.Branches);
    }

    [Theory]
    [InlineData("conv1.weight", false)]
    [InlineData("layer4.0.bn1.running_var", false)]
    [InlineData("fc.weight", false)]
    [InlineData("conv1.weight", true)]
    [InlineData("fc.weight", true)]
    public void A_branch_with_a_tensor_missing_or_of_another_shape_is_refused_by_key(string key, bool reshaped)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var trunk = SmallNetworks.Trunk();
        var model = new ModelDirectory(folder.File("model"));
        model.Save(trunk, "{}");
        using var branch = MovedBranch(trunk);
        var weights = Whole(trunk, branch).Where(weight => weight.Key != key).ToList();
        if (reshaped) weights.Add(new Weight(key, WeightKind.Linear, ones(2, 2)));

        Assert.Contains($"'{key}'", Assert.Throws<InputException>(() => ReferenceImport.Branch(Archive(weights), model, Fourteen)).Message);
        Assert.Empty(model.Branches);
    }

    private static Branch MovedBranch(Trunk trunk)
    {
        var branch = new Branch(trunk, Fourteen);
        using var _ = no_grad();
        foreach (var weight in branch.Weights) weight.Tensor.add_(0.01);
        return branch;
    }

    private static IEnumerable<Weight> Whole(Trunk trunk, Branch branch) => branch.Weights.Concat(trunk.TailWeights(branch.Level));

    /// <summary>The weights as PyTorch saves a state dict.</summary>
    private static TorchArchive Archive(IEnumerable<Weight> weights, string name = "net.pt")
    {
        using var scope = NewDisposeScope();
        var list = weights.ToList();
        var views = list.Select((weight, i) => new ArchivesOfTorch.View(
            weight.Key, 0, weight.Tensor.shape, Strides(weight.Tensor.shape), weight.Tensor.NumberOfElements, Key: $"{i}")).ToArray();
        var storages = list.Select((weight, i) => ($"data/{i}", MemoryMarshal.AsBytes(weight.Tensor.detach().flatten().data<float>().ToArray().AsSpan()).ToArray())).ToArray();
        return TorchArchive.Read(new MemoryStream(ArchivesOfTorch.Archive(ArchivesOfTorch.StateDict(views), storages)), name);
    }

    private static long[] Strides(long[] shape)
    {
        var strides = new long[shape.Length];
        for (var (axis, stride) = (shape.Length - 1, 1L); axis >= 0; stride *= shape[axis--]) strides[axis] = stride;
        return strides;
    }
}
