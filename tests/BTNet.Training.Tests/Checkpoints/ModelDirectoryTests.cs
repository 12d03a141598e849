using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Tests.Golden;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Checkpoints;

public sealed class ModelDirectoryTests
{
    private static readonly Resolution Fourteen = Resolution.Of(14);

    [Fact]
    public void A_trunk_gives_the_same_embeddings_after_saving_and_loading()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.File("model"));
        using var trunk = SmallNetworks.Trunk();
        var images = Wave.Image("faces", 2, 3, 112, 112);
        var before = trunk.Forward(images, training: false);

        model.Save(trunk, "{}");
        using var loaded = model.LoadTrunk(SmallNetworks.Spec);

        Assert.True(model.HasTrunk);
        Assert.Equal(SmallNetworks.Spec, loaded.Spec);
        Assert.True(SmallNetworks.AreEqual(before, loaded.Forward(images, training: false)));
    }

    [Theory]
    [InlineData(NormPolicy.Own)]
    [InlineData(NormPolicy.OwnStatistics)]
    [InlineData(NormPolicy.Shared)]
    [InlineData(NormPolicy.ReferenceCompatible)]
    public void A_branch_gives_the_same_embeddings_after_saving_and_loading(NormPolicy policy)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");
        using var branch = Moved(trunk, policy);
        var images = Wave.Image("faces", 2, 3, 14, 14);
        var before = branch.Embed(branch.Map(images, training: false), training: false);

        model.Save(branch, "{}");
        using var loaded = model.LoadBranch(trunk, Fourteen);

        Assert.Equal(policy, loaded.Policy);
        Assert.Equal([Fourteen], model.Branches);
        Assert.True(SmallNetworks.AreEqual(before, loaded.Embed(loaded.Map(images, training: false), training: false)));
    }

    [Fact]
    public void A_classifier_comes_back_frozen_with_its_names()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var classifier = SmallNetworks.Classifier(3);

        model.Save(classifier, ["Ann", "Zoë \"Z\"", "003"]);
        var (loaded, identities) = model.LoadClassifier();

        Assert.True(loaded.IsFrozen);
        Assert.Equal(["Ann", "Zoë \"Z\"", "003"], identities);
        Assert.True(SmallNetworks.AreEqual(classifier.Weight, loaded.Weight));
        loaded.Dispose();
    }

    [Fact]
    public void A_branch_file_holds_the_branchs_own_tensors_only()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");
        using var branch = new Branch(trunk, Fourteen);

        model.Save(branch, "{}");

        var (tensors, _) = TensorFile.Read(model.BranchFile(Fourteen));
        Assert.Equal(branch.Weights.Select(weight => weight.Key), tensors.Keys);
        Assert.DoesNotContain("fc.weight", tensors.Keys);
        Assert.DoesNotContain("layer4.0.conv1.weight", tensors.Keys);
        Assert.Contains("layer4.0.bn1.running_mean", tensors.Keys);
        Assert.True(new FileInfo(model.BranchFile(Fourteen)).Length < new FileInfo(Path.Combine(folder.Path, "trunk.safetensors")).Length / 2);
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }

    [Fact]
    public void A_branch_of_another_trunk_is_refused_with_what_to_do()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");
        using (var branch = new Branch(trunk, Fourteen)) model.Save(branch, "{}");
        using (no_grad()) trunk.Convolutions.Last().Tensor.add_(0.001);
        model.Save(trunk, "{}");

        var message = Assert.Throws<InputException>(() => model.LoadBranch(trunk, Fourteen)).Message;

        Assert.Contains("another trunk", message);
        Assert.Contains("Train it again", message);
        Assert.Throws<InputException>(() => TorchEmbedder.Load(model));
    }

    [Fact]
    public void Another_backbone_is_refused_with_both_named()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");

        var message = Assert.Throws<InputException>(() => model.LoadTrunk(new BackboneSpec { Name = "mobilefacenet" })).Message;

        Assert.Contains("iresnet10 (width 4, embedding 16)", message);
        Assert.Contains("mobilefacenet (width 64, embedding 512)", message);
    }

    [Fact]
    public void What_is_missing_is_told_with_what_makes_it()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.File("nothing"));
        using var trunk = SmallNetworks.Trunk();

        Assert.Empty(model.Branches);
        Assert.Contains("`train trunk`", Assert.Throws<InputException>(() => model.LoadTrunk()).Message);
        Assert.Contains("distillationOnly", Assert.Throws<InputException>(() => model.LoadClassifier()).Message);
        var branch = Assert.Throws<InputException>(() => model.LoadBranch(trunk, Fourteen)).Message;
        Assert.Contains("no branch for 14", branch);
        Assert.Contains("it has none", branch);
        Assert.Contains("`train branch --resolution 14`", branch);
        Assert.Contains("trunk.safetensors", Assert.Throws<InputException>(() => model.TrunkFingerprint()).Message);
    }

    [Theory]
    [InlineData("format", "btnet-checkpoint/9")]
    [InlineData("kind", "branch")]
    [InlineData("backbone", null)]
    [InlineData("backbone", "{")]
    [InlineData("backbone", "null")]
    [InlineData("backbone", "[]")]
    [InlineData("backbone", """{"name":null}""")]
    [InlineData("backbone", """{"name":"resnet"}""")]
    [InlineData("backbone", """{"name":"iresnet10","width":0}""")]
    [InlineData("backbone", """{"name":"iresnet10","width":8,"embeddingSize":16}""")]
    [InlineData("backbone", """{"name":"iresnet18","width":4,"embeddingSize":16}""")]
    public void A_trunk_whose_file_describes_another_one_is_refused(string key, string? value)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");
        Describe(Path.Combine(folder.Path, "trunk.safetensors"), key, value);

        Assert.Throws<InputException>(() => model.LoadTrunk());
    }

    [Theory]
    [InlineData("norms", null)]
    [InlineData("norms", "Other")]
    [InlineData("norms", "7")]
    [InlineData("norms", "Own, Shared")]
    [InlineData("trunk", "abc")]
    [InlineData("resolution", "28")]
    [InlineData("kind", "trunk")]
    public void A_branch_whose_file_describes_another_one_is_refused(string key, string? value)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");
        using (var branch = new Branch(trunk, Fourteen)) model.Save(branch, "{}");
        Describe(model.BranchFile(Fourteen), key, value);

        Assert.Contains(model.BranchFile(Fourteen), Assert.Throws<InputException>(() => model.LoadBranch(trunk, Fourteen)).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""["a","b"]""")]
    [InlineData("""["a","b",null]""")]
    [InlineData("""["a","b","c","d"]""")]
    public void A_classifier_that_does_not_name_its_rows_is_refused(string? identities)
    {
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using (var classifier = SmallNetworks.Classifier(3)) model.Save(classifier, ["a", "b", "c"]);
        Describe(Path.Combine(folder.Path, "classifier.safetensors"), "identities", identities);

        Assert.Contains("classifier.safetensors", Assert.Throws<InputException>(() => model.LoadClassifier()).Message);
    }

    [Theory]
    [InlineData(ScalarType.Float64, 3, 16)]
    [InlineData(ScalarType.Float32, 3, 0)]
    [InlineData(ScalarType.Float32, 2, 16)]
    public void A_classifier_of_another_type_or_shape_is_refused(ScalarType type, int rows, int columns)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        TensorFile.Write(Path.Combine(folder.Path, "classifier.safetensors"), [("weight", zeros(rows, columns, dtype: type))], new Dictionary<string, string>
        {
            ["format"] = "btnet-checkpoint/1", ["kind"] = "classifier", ["identities"] = """["a","b","c"]"""
        });

        Assert.Contains("classifier.safetensors", Assert.Throws<InputException>(() => model.LoadClassifier()).Message);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var model = new ModelDirectory(folder.Path);
        using var trunk = SmallNetworks.Trunk();
        model.Save(trunk, "{}");
        using (var branch = new Branch(trunk, Resolution.Of(56))) model.Save(branch, "{}");
        using (var classifier = SmallNetworks.Classifier(3)) model.Save(classifier, ["a", "b", "c"]);

        Damage(Path.Combine(folder.Path, "classifier.safetensors"), () => model.LoadClassifier().Classifier.Dispose());
        Damage(model.BranchFile(Resolution.Of(56)), () => model.LoadBranch(trunk, Resolution.Of(56)).Dispose());
        Damage(Path.Combine(folder.Path, "trunk.safetensors"), () => model.LoadTrunk().Dispose());
    }

    private static void Damage(string file, Action load)
    {
        var whole = File.ReadAllBytes(file);
        var header = 8 + (int)BitConverter.ToInt64(whole);
        var refused = 0;
        // The numbers themselves bear any damage; what can go wrong stands in the header.
        foreach (var damaged in Mutations.Of(whole[..header], 150, seed: 8))
        {
            File.WriteAllBytes(file, [.. damaged, .. whole.AsSpan(header)]);
            try
            {
                load();
            }
            catch (InputException)
            {
                refused++;
            }
        }

        File.WriteAllBytes(file, whole);
        load();
        Assert.InRange(refused, 50, 150);
    }

    private static Branch Moved(Trunk trunk, NormPolicy policy)
    {
        var branch = new Branch(trunk, Fourteen, policy);
        using var _ = no_grad();
        foreach (var weight in branch.Weights) weight.Tensor.add_(0.01);
        return branch;
    }

    private static void Describe(string file, string key, string? value)
    {
        var (tensors, metadata) = TensorFile.Read(file);
        var changed = new Dictionary<string, string>(metadata);
        changed.Remove(key);
        if (value is not null) changed[key] = value;
        TensorFile.Write(file, tensors.Select(tensor => (tensor.Key, tensor.Value)), changed);
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }
}
