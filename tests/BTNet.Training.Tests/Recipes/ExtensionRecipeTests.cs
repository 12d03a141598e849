using BTNet.Training.Branches;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;

namespace BTNet.Training.Tests.Recipes;

public sealed class ExtensionRecipeTests
{
    [Fact]
    public void The_defaults_are_sound_and_nothing_need_be_said()
    {
        var recipe = OptionsReader.Read<ExtensionRecipe>("options", "{}");

        Assert.Equal(new ExtensionRecipe { Run = recipe.Run }, recipe with { Run = recipe.Run });
        Assert.Equal((DataKind.Pictures, 8, TailChange.LowRank), (recipe.Data.Kind, recipe.Augmentation.Views, recipe.Tail.Change));
        Assert.Empty(recipe.Faults());
    }

    [Fact]
    public void What_a_recipe_states_leaves_the_other_defaults_as_they_are()
    {
        var recipe = OptionsReader.Read<ExtensionRecipe>("options", """{ "augmentation": { "views": 2 }, "branch": { "blocks": "inverted" } }""", new Dictionary<string, string> { ["tail.change"] = "lowRank", ["branch.size"] = "light", ["optimization.epochs"] = "3" });

        Assert.Equal((2, 4.0, true), (recipe.Augmentation.Views, recipe.Augmentation.ShiftPixels, recipe.Augmentation.RandomKernel));
        Assert.Equal((BranchBlocks.Inverted, BranchSize.Light), (recipe.Branch.Blocks, recipe.Branch.Size));
        Assert.Equal((TailChange.LowRank, 16), (recipe.Tail.Change, recipe.Tail.Rank));
        Assert.Equal((3, 0.0007), (recipe.Optimization.Epochs, recipe.Optimization.LearningRate));
    }

    [Fact]
    public void Every_fault_of_every_group_is_told_at_once_by_its_key()
    {
        var recipe = new ExtensionRecipe
        {
            Augmentation = new AugmentationOptions { Views = 0, ShiftPixels = 99 }, Branch = new BranchShape { Blocks = BranchBlocks.Residual, Width = 1, Oversampling = 3 }, Tail = new TailChoice { Rank = 0 },
            Loss = new RecogniserLossOptions { Embedding = 0, Map = 0, Relation = 0, RelationScale = 0, RelationFaces = -1 }, Average = 1, Blends = -1, Drawn = -1
        };

        var faults = recipe.Faults().ToList();

        foreach (var key in (string[])["augmentation: ShiftPixels", "branch.width", "tail.rank", "loss.embedding, map, relation, people: all are 0", "loss.relationScale", "loss.relationFaces", "augmentation.views: 0", "average: 1", "blends: -1", "drawn: -1", "branch.oversampling: 3"])
            Assert.Single(faults, fault => fault.StartsWith(key, StringComparison.Ordinal));
        Assert.Equal(11, faults.Count);
        Assert.Equal(["embedding", "map", "relation", "people"], new RecogniserLossOptions { Embedding = double.NaN, Map = -1, Relation = 1001, People = -0.1 }.Faults().Select(fault => fault.Split(':')[0]));
    }

    [Theory]
    [InlineData("branch.blocks=copied branch.size=light", "branch.size")]
    [InlineData("branch.blocks=copied branch.width=32 branch.depth=2", "branch.width", "branch.depth")]
    [InlineData("branch.blocks=enlarged branch.width=32 branch.oversampling=2", "branch.width", "branch.oversampling")]
    [InlineData("branch.blocks=residual branch.oversampling=4", "branch.oversampling")]
    [InlineData("branch.width=32", "branch.width")]
    [InlineData("tail.change=none tail.rank=8", "tail.rank")]
    [InlineData("tail.change=whole tail.rank=8", "tail.rank")]
    [InlineData("data.minimumImages=2", "data.minimumImages")]
    [InlineData("run.teacherCacheMegabytes=0", "run.teacherCacheMegabytes")]
    [InlineData("join=map joinPlace=deepest", "joinPlace")]
    [InlineData("loss.people=0.1", "loss.people")]
    [InlineData("loss.people=0.1 data.kind=folder blends=1", "loss.people")]
    [InlineData("loss.people=0.1 data.kind=folder drawn=10", "loss.people")]
    [InlineData("loss.people=0.1 data.kind=folder augmentation.bendPixels=2", "loss.people")]
    [InlineData("loss.people=0.1 data.kind=folder loss.distance=squared")]
    [InlineData("augmentation.bendPixels=2")]
    [InlineData("tail.change=none tail.rate=0.5", "tail.rate")]
    [InlineData("tail.change=scaleAndShift tail.rate=0.5")]
    [InlineData("loss.embedding=0 loss.distance=squared", "loss.distance")]
    [InlineData("loss.relation=0 loss.relationFaces=0", "loss.relationFaces")]
    [InlineData("loss.relation=0 loss.relationScale=8", "loss.relationScale")]
    [InlineData("loss.relation=0 loss.relationFaces=8192 loss.relationScale=8 loss.people=0.1 data.kind=folder")]
    [InlineData("loss.relation=0")]
    [InlineData("run.validationResolutions=112x14", "run.validationResolutions")]
    [InlineData("run.validationResolutions=112x14 run.validationPairs=[\"pairs.txt\"]")]
    [InlineData("branch.blocks=copied branch.oversampling=2")]
    [InlineData("branch.blocks=inverted tail.change=lowRank tail.rank=8 branch.width=32")]
    public void What_is_stated_and_would_do_nothing_is_a_fault(string options, params string[] keys)
    {
        var stated = options.Split(' ').ToDictionary(option => option.Split('=')[0], option => option.Split('=')[1]);

        var refused = Record.Exception(() => OptionsReader.Read<ExtensionRecipe>("options", "{}", stated));

        if (keys.Length == 0) Assert.Null(refused);
        else Assert.Equal(keys, Assert.IsType<InputException>(refused).Faults.Select(fault => fault.Split(':')[0]));
    }

    [Fact]
    public void A_trunk_that_is_distilled_is_told_the_same_faults_as_a_branch()
    {
        var options = new Dictionary<string, string>
        {
            ["loss.people"] = "0.1", ["data.kind"] = "folder", ["augmentation.bendPixels"] = "2", ["loss.relation"] = "0", ["loss.relationFaces"] = "0", ["run.validationResolutions"] = "112x112", ["average"] = "1"
        };

        foreach (var refused in new[] { Record.Exception(() => OptionsReader.Read<ExtensionRecipe>("options", "{}", options)), Record.Exception(() => OptionsReader.Read<DistilledTrunkRecipe>("options", "{}", options)) })
            foreach (var key in (string[])["4 faults", "loss.people: blends, drawn and bent faces", "loss.relationFaces: ", "run.validationResolutions: ", "average: 1"]) Assert.Contains(key, Assert.IsType<InputException>(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bent_faces_are_refused_wherever_people_are_told_apart_by_labels()
    {
        var bent = new AugmentationOptions { BendPixels = 2 };

        Assert.StartsWith("augmentation.bendPixels: ", Assert.Single(new TrunkRecipe { Augmentation = bent }.Faults()), StringComparison.Ordinal);
        Assert.StartsWith("augmentation.bendPixels: ", Assert.Single(new BranchRecipe { Augmentation = bent }.Faults()), StringComparison.Ordinal);
        Assert.Empty(new BranchRecipe { Augmentation = bent, Classification = BranchClassification.DistillationOnly }.Faults());
        Assert.Empty(new BranchRecipe { Augmentation = bent, ClassificationWeight = 0 }.Faults());
        Assert.Empty(new DistilledTrunkRecipe { Augmentation = bent with { Views = 2 } }.Faults());
    }

    [Fact]
    public void What_a_recogniser_makes_of_faces_may_take_more_than_what_a_trunk_does_unless_that_is_stated()
    {
        Assert.Equal((32_768, 32_768, 4096), (new ExtensionRecipe().Run.TeacherCacheMegabytes, new DistilledTrunkRecipe().Run.TeacherCacheMegabytes, new BranchRecipe().Run.TeacherCacheMegabytes));
        Assert.Equal(32_768, OptionsReader.Read<ExtensionRecipe>("options", """{ "run": { "seed": 2 } }""").Run.TeacherCacheMegabytes);
    }

    [Fact]
    public void Keys_that_are_not_known_are_told_with_what_is_wrong_beside_them()
    {
        var said = Assert.Throws<InputException>(() => OptionsReader.Read<ExtensionRecipe>(
            "options", """{ "margin": {}, "branch": { "with": 8 } }""", new Dictionary<string, string> { ["tail.change"] = "some", ["augmentation.views"] = "0" })).Message;

        foreach (var part in (string[])["margin: no such option", "branch.with: no such option (did you mean width?)", "tail.change: \"some\" is not one of"]) Assert.Contains(part, said, StringComparison.Ordinal);
    }
}
