using BTNet.Resolutions;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Data;
using static BTNet.Training.Tests.SmallTraining;

namespace BTNet.Training.Tests;

public sealed class RunIdentityTests
{
    [Theory]
    [InlineData(14, 2)]
    [InlineData(7, 4)]
    [InlineData(28, 1)]
    public void An_extension_that_states_what_it_would_have_been_is_the_same_run(int side, int oversampling)
    {
        var source = new MemorySource(6);
        string Of(int? stated) => RunIdentity.Of(new ExtensionRecipe { Branch = new Training.Branches.BranchShape { Oversampling = stated } }, Resolution.Of(side), source, "recogniser");

        Assert.Equal(Of(null), Of(oversampling));
        Assert.NotEqual(Of(null), Of(oversampling == 4 ? 2 : 4));
    }

    [Fact]
    public void Where_a_branch_joins_makes_another_run_whether_it_is_stated_or_follows_from_its_blocks()
    {
        var source = new MemorySource(6);
        string Of(Training.Branches.BranchBlocks blocks, JoinPlace? place) => RunIdentity.Of(new ExtensionRecipe { Branch = new Training.Branches.BranchShape { Blocks = blocks }, JoinPlace = place }, Resolution.Of(14), source, "recogniser");

        foreach (var (blocks, followed, other) in ((Training.Branches.BranchBlocks, JoinPlace, JoinPlace)[])
            [(Training.Branches.BranchBlocks.Copied, JoinPlace.Deepest, JoinPlace.Earliest), (Training.Branches.BranchBlocks.Residual, JoinPlace.Earliest, JoinPlace.Deepest)])
        {
            Assert.Equal(Of(blocks, null), Of(blocks, followed));
            Assert.NotEqual(Of(blocks, null), Of(blocks, other));
        }
    }

    [Fact]
    public void An_extension_that_asks_for_nothing_new_is_named_as_before_there_was_any()
    {
        var source = new MemorySource(6);
        string Of(ExtensionRecipe recipe) => RunIdentity.Of(recipe, Resolution.Of(14), source, "recogniser");
        var recipe = new ExtensionRecipe();

        foreach (var key in (string[])["\"people\":", "\"distance\":", "\"drawn\":"]) Assert.DoesNotContain(key, Of(recipe), StringComparison.Ordinal);
        Assert.Contains("\"drawn\":3", Of(recipe with { Drawn = 3 }), StringComparison.Ordinal);
        Assert.Contains("\"people\":0.5", Of(recipe with { Loss = recipe.Loss with { People = 0.5 } }), StringComparison.Ordinal);
        Assert.Contains("\"distance\":\"squared\"", Of(recipe with { Loss = recipe.Loss with { Distance = EmbeddingDistance.Squared } }), StringComparison.Ordinal);
    }

    [Fact]
    public void How_many_broken_pictures_are_borne_makes_no_other_run_nor_does_it_in_one_that_was_saved_when_it_was_named()
    {
        var source = new MemorySource(6);
        string Of(ExtensionRecipe recipe) => RunIdentity.Of(recipe, Resolution.Of(14), source, "recogniser");
        var recipe = new ExtensionRecipe();
        var now = Of(recipe);
        var before = now.Replace("\"sameNumbering\":false,", "\"sameNumbering\":false,\"greatestBrokenShare\":0.01,", StringComparison.Ordinal);

        Assert.Equal(now, Of(recipe with { Data = recipe.Data with { GreatestBrokenShare = 0.2 } }));
        Assert.NotEqual(now, before);
        Assert.True(RunIdentity.IsSame(before, now));
        Assert.False(RunIdentity.IsSame(before, Of(recipe with { Drawn = 1 })));
        Assert.False(RunIdentity.IsSame("damaged", now));
    }

    [Fact]
    public void Where_two_runs_differ_in_their_join_alone_it_is_said_how_to_go_on()
    {
        var source = new MemorySource(6);
        string Of(ExtensionRecipe recipe) => RunIdentity.Of(recipe, Resolution.Of(14), source, "recogniser");
        var (deepest, earliest) = (new ExtensionRecipe(), new ExtensionRecipe { JoinPlace = JoinPlace.Earliest });

        Assert.Contains("say --set joinPlace=earliest to go on", RunIdentity.Advice(Of(earliest), Of(deepest), 1), StringComparison.Ordinal);
        Assert.Contains("say --set joinPlace=deepest to go on", RunIdentity.Advice(Of(deepest), Of(earliest), 1), StringComparison.Ordinal);
        Assert.Null(RunIdentity.Advice(Of(earliest with { Drawn = 1 }), Of(deepest), 1));
        Assert.Contains("give --batch 16 on 2 rank(s)", RunIdentity.Advice(Of(deepest), Of(deepest with { Optimization = deepest.Optimization with { Batch = 16 } }), 2), StringComparison.Ordinal);
        Assert.Null(RunIdentity.Advice("damaged", Of(deepest), 1));
    }

    [Fact]
    public void Fixed_views_make_another_run_and_a_run_without_them_is_named_as_before_there_were_any()
    {
        var source = new MemorySource(6);
        var without = RunIdentity.Of(Trunk, source, OneProcess.Instance);

        Assert.Contains("\"augmentation\":{\"flip\":true,\"shiftPixels\":0,\"randomKernel\":false,\"kernel\":\"bilinear\",\"brightnessJitter\":0}", without);
        Assert.Contains("\"views\":2", RunIdentity.Of(Trunk with { Augmentation = new AugmentationOptions { Views = 2 } }, source, OneProcess.Instance));
    }

    [Fact]
    public void An_option_of_the_view_or_of_the_reduction_makes_another_run()
    {
        var source = new MemorySource(6);
        var noisy = Branch with { Augmentation = Branch.Augmentation with { RotationDegrees = 8, Reduction = new ReductionOptions { NoiseLevels = 8 } } };

        Assert.Contains("\"rotationDegrees\":8,\"reduction\":{\"cleanShare\":0,", RunIdentity.Of(noisy, source, "trunk", OneProcess.Instance));
    }

    [Fact]
    public void Where_and_how_much_of_the_teachers_outputs_is_kept_makes_no_other_run()
    {
        var source = new MemorySource(6);

        Assert.Equal(
            RunIdentity.Of(Branch, source, "trunk", OneProcess.Instance),
            RunIdentity.Of(Branch with { Run = Branch.Run with { TeacherCacheMegabytes = 1, TeacherCacheFolder = "elsewhere" } }, source, "trunk", OneProcess.Instance));
    }

    [Fact]
    public void Pictures_that_changed_are_others_and_a_set_that_was_moved_is_not()
    {
        using var training = new SmallTraining(people: 2);
        var (before, names) = (RunIdentity.PicturesHash(training.Source()), RunIdentity.ItemsHash(training.Source()));

        var moved = $"{training.Faces} elsewhere";
        Directory.Move(training.Faces, moved);
        Assert.Equal(before, RunIdentity.PicturesHash(new FolderSource(moved, new FolderSourceOptions())));
        Directory.Move(moved, training.Faces);
        File.WriteAllBytes(training.Picture(1, 2), File.ReadAllBytes(training.Picture(0, 0)));

        Assert.Equal(names, RunIdentity.ItemsHash(training.Source()));
        Assert.NotEqual(before, RunIdentity.PicturesHash(training.Source()));
    }

    [Fact]
    public void Where_and_how_many_decoded_pictures_are_kept_makes_no_other_run()
    {
        var source = new MemorySource(6);
        var identity = RunIdentity.Of(Trunk, source, OneProcess.Instance);

        Assert.DoesNotContain("imageCache", identity);
        Assert.Equal(identity, RunIdentity.Of(Trunk with { Data = Trunk.Data with { ImageCacheFolder = "elsewhere", ImageCacheMegabytes = 1 } }, source, OneProcess.Instance));
    }
}
