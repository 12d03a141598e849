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
    [InlineData("loss.people=0.1 data.kind=folder loss.distance=squared")]
    [InlineData("branch.blocks=copied branch.oversampling=2")]
    [InlineData("branch.blocks=inverted tail.change=lowRank tail.rank=8 branch.width=32")]
    public void What_is_stated_and_would_do_nothing_is_a_fault(string options, params string[] keys)
    {
        var stated = options.Split(' ').ToDictionary(option => option.Split('=')[0], option => option.Split('=')[1]);
        string[] faults = [];
        try
        {
            OptionsReader.Read<ExtensionRecipe>("options", "{}", stated);
        }
        catch (InputException fault)
        {
            faults = keys.Where(key => fault.Message.Contains($"{key}: ", StringComparison.Ordinal)).ToArray();
        }

        Assert.Equal(keys, faults);
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
