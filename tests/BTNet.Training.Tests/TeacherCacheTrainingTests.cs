using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using static BTNet.Training.Tests.SmallTraining;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

/// <summary>Branch trainings whose teacher remembers what it has seen.</summary>
[Collection(nameof(TorchRandomness))]
public sealed class TeacherCacheTrainingTests
{
    // Four epochs of three steps; 24 images, each in two views.
    private static readonly BranchRecipe Recipe = Branch with
    {
        Augmentation = new AugmentationOptions { ShiftPixels = 4, BrightnessJitter = 0.2, Views = 2 },
        Optimization = Branch.Optimization with { Epochs = 4 }
    };

    // Flips drawn at each epoch: from the second one on, batches are known in part.
    private static readonly BranchRecipe Flips = Recipe with { Augmentation = new AugmentationOptions() };

    // By name, since a failing test is told with its data.
    private static readonly Dictionary<string, BranchRecipe> Kinds = new()
    {
        ["as it is"] = Recipe,
        ["no maps"] = Recipe with { FeatureWeight = 0 },
        ["distillation only"] = Recipe with { Norms = Training.Branches.NormPolicy.Shared, Classification = BranchClassification.DistillationOnly },
        ["flips"] = Flips,
        ["flips, kernels and cosines"] = Flips with { Distillation = DistillationForm.Cosine, Augmentation = Flips.Augmentation with { RandomKernel = true } }
    };

    [Theory]
    [InlineData("as it is")]
    [InlineData("no maps")]
    [InlineData("distillation only")]
    public void With_fixed_views_a_branch_is_bit_for_bit_the_same_with_and_without_a_cache(string kind)
    {
        using var training = new SmallTraining();
        var (without, with, said) = TrainedBothWays(training, Kinds[kind]);

        AssertSameTensors(without, with, "branch-14.safetensors");
        Assert.Equal(Log(without, "branch-14").Select(line => line["parts"]!.ToJsonString()), Log(with, "branch-14").Select(line => line["parts"]!.ToJsonString()));
        // Two views of 24 images, each seen by the teacher but once.
        Assert.Contains("the teacher ran on 48 images of 96, the others it had seen", said);
        Assert.EndsWith("is deleted", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Cache(with)));
    }

    /// <summary>The last bits of a product depend on how many rows it has: here the teacher runs on parts of batches.</summary>
    [Theory]
    [InlineData("flips")]
    [InlineData("flips, kernels and cosines")]
    public void With_batches_known_in_part_a_branch_is_the_same_but_for_the_order_of_sums(string kind)
    {
        using var scope = NewDisposeScope();
        using var training = new SmallTraining();
        var (without, with, said) = TrainedBothWays(training, Kinds[kind]);

        var (left, _) = TensorFile.Read(without.BranchFile(Fourteen));
        var (right, _) = TensorFile.Read(with.BranchFile(Fourteen));
        foreach (var (key, tensor) in left)
        {
            var difference = tensor.sub(right[key]).abs().max().item<float>();
            Assert.True(difference <= 1e-6 * Math.Max(1, tensor.abs().max().item<float>()), $"{key}: {difference}");
        }

        foreach (var tensor in left.Values.Concat(right.Values)) tensor.Dispose();
        // An image may have shown one of its two views only.
        var ran = int.Parse(said.Split(" ran on ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(ran, 30, 48);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void A_training_with_a_cache_interrupted_at_every_so_many_steps_ends_bit_for_bit_as_one_that_was_not(int every)
    {
        foreach (var recipe in new[] { Recipe, Flips })
        {
            using var training = new SmallTraining();
            var (straight, stopped) = (WithTrunk(training, "straight"), WithTrunk(training, "stopped"));
            training.TrainBranch(recipe, straight);

            var observer = Observer.StopsAfter(every);
            var ran = 0L;
            while (!training.TrainBranch(recipe, stopped, observer).Finished)
            {
                Assert.Contains("kept for the resumed training", observer.Messages[^1]);
                Assert.True(File.Exists(Cache(stopped)));
                observer = Observer.StopsAfter(every);
                Assert.True(++ran < 20);
            }

            AssertSameTensors(straight, stopped, "branch-14.safetensors");
            Assert.Contains(observer.Messages, said => said.Contains("of 48 views"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_killed_between_two_saves_ends_bit_for_bit_as_one_that_was_not(bool torn)
    {
        using var training = new SmallTraining();
        var (straight, died) = (WithTrunk(training, "straight"), WithTrunk(training, "died"));
        training.TrainBranch(Flips, straight);
        var killed = new Observer { AtEachStep = (progress, _) => { if (progress.Step == 7) throw new TimeoutException("the machine went away"); } };
        Assert.Throws<TimeoutException>(() => training.TrainBranch(Flips, died, killed));
        Assert.Equal("6", TensorFile.ReadMetadata(died.ProgressFile("branch-14"))["step"]);
        if (torn) TearNewest(Cache(died));

        Assert.True(training.TrainBranch(Flips, died).Finished);

        AssertSameTensors(straight, died, "branch-14.safetensors");
    }

    [Fact]
    public void A_cache_of_another_trunk_is_found_out_and_made_anew()
    {
        using var training = new SmallTraining();
        var (straight, changed) = (WithTrunk(training, "straight"), WithTrunk(training, "changed"));
        training.TrainBranch(Recipe, changed, Observer.StopsAfter(4));
        File.Delete(changed.ProgressFile("branch-14"));
        foreach (var model in new[] { straight, changed }) ChangeTrunk(model);
        training.TrainBranch(Recipe, straight);

        var observer = new Observer();
        Assert.True(training.TrainBranch(Recipe, changed, observer).Finished);

        Assert.Contains(observer.Messages, said => said.Contains("was of another run or cut off, and is made anew"));
        AssertSameTensors(straight, changed, "branch-14.safetensors");
    }

    [Fact]
    public void A_cache_cut_off_between_two_runs_is_made_anew_and_the_run_goes_on()
    {
        using var training = new SmallTraining();
        var (straight, stopped) = (WithTrunk(training, "straight"), WithTrunk(training, "stopped"));
        training.TrainBranch(Recipe, straight);
        training.TrainBranch(Recipe, stopped, Observer.StopsAfter(8));
        using (var file = File.OpenWrite(Cache(stopped))) file.SetLength(file.Length / 2);

        var observer = new Observer();
        Assert.True(training.TrainBranch(Recipe, stopped, observer).Finished);

        Assert.Contains(observer.Messages, said => said.Contains("made anew"));
        AssertSameTensors(straight, stopped, "branch-14.safetensors");
    }

    [Fact]
    public void The_wrong_recipe_is_refused_before_it_touches_the_cache_of_the_right_one()
    {
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");
        training.TrainBranch(Recipe, model, Observer.StopsAfter(4));
        var before = File.ReadAllBytes(Cache(model));

        Assert.Throws<InputException>(() => training.TrainBranch(Recipe with { Run = Recipe.Run with { Seed = 8 } }, model));

        Assert.Equal(before, File.ReadAllBytes(Cache(model)));
    }

    [Fact]
    public void A_set_that_does_not_fit_the_bound_is_trained_without_a_cache_and_says_so()
    {
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");
        var observer = new Observer { AtEachStep = (_, _) => Assert.False(File.Exists(Cache(model))) };
        var many = Recipe with { Augmentation = Recipe.Augmentation with { Views = 7 }, Optimization = Recipe.Optimization with { Epochs = 8 } };

        Assert.True(training.TrainBranch(many with { Run = Recipe.Run with { TeacherCacheMegabytes = 1 } }, model, observer).Finished);

        Assert.Contains(observer.Messages, said => said.Contains("no teacher cache, the trunk runs at each step on each image: 7 views of 24 images take 3 MB and run.teacherCacheMegabytes allows 1 MB"));
    }

    [Fact]
    public void Only_embeddings_are_kept_where_no_map_is_compared_and_no_cache_where_no_view_comes_again()
    {
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");
        long bytes = 0;
        Observer Looking() => new() { AtEachStep = (_, _) => bytes = File.Exists(Cache(model)) ? new FileInfo(Cache(model)).Length : 0 };

        training.TrainBranch(Recipe, model, Looking());
        Assert.Equal(64 + (48 * (16 + (4 * (16 + (16 * 14 * 14))))), bytes);
        training.TrainBranch(Recipe with { FeatureWeight = 0 }, model, Looking());
        Assert.Equal(64 + (48 * (16 + (4 * 16))), bytes);
        training.TrainBranch(Recipe with { Augmentation = Recipe.Augmentation with { Views = 4 } }, model, Looking());
        Assert.Equal(0, bytes);
        training.TrainBranch(Recipe with { Augmentation = Recipe.Augmentation with { Views = 0 } }, model, Looking());
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void A_cache_lies_in_the_folder_that_is_given()
    {
        using var training = new SmallTraining();
        var (model, folder) = (WithTrunk(training, "model"), training.Model("elsewhere"));
        var observer = new Observer { AtEachStep = (_, _) => Assert.True(File.Exists(Cache(folder))) };

        Assert.True(training.TrainBranch(Recipe with { Run = Recipe.Run with { TeacherCacheFolder = folder.Path } }, model, observer).Finished);

        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_training_that_goes_on_without_its_cache_ends_the_same_and_leaves_none_behind()
    {
        using var training = new SmallTraining();
        var (straight, stopped) = (WithTrunk(training, "straight"), WithTrunk(training, "stopped"));
        training.TrainBranch(Recipe, straight);
        training.TrainBranch(Recipe, stopped, Observer.StopsAfter(7));

        Assert.True(training.TrainBranch(Recipe with { Run = Recipe.Run with { TeacherCacheMegabytes = 0 } }, stopped).Finished);

        AssertSameTensors(straight, stopped, "branch-14.safetensors");
        Assert.False(File.Exists(Cache(stopped)));
    }

    [Fact]
    public void A_broken_picture_is_left_out_of_a_training_with_a_cache_as_of_one_without()
    {
        using var training = new SmallTraining();
        File.WriteAllBytes(training.Picture(2, 1), [1, 2, 3]);
        var (without, with) = (WithTrunk(training, "without"), WithTrunk(training, "with"));
        var borne = Recipe with { Data = new DataOptions { GreatestBrokenShare = 0.1 } };
        training.TrainBranch(borne with { Run = borne.Run with { TeacherCacheMegabytes = 0 } }, without);

        Assert.Equal(1, training.TrainBranch(borne, with).Skipped);

        AssertSameTensors(without, with, "branch-14.safetensors");
    }

    [Fact]
    public void A_fresh_start_throws_the_cache_away()
    {
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");
        training.TrainBranch(Recipe, model, Observer.StopsAfter(4));
        FreshStart.Guard(model, "branch-14", fresh: false);
        Assert.True(File.Exists(Cache(model)));

        FreshStart.Guard(model, "branch-14", fresh: true);

        Assert.False(File.Exists(Cache(model)));
    }

    private static (ModelDirectory Without, ModelDirectory With, string Said) TrainedBothWays(SmallTraining training, BranchRecipe recipe)
    {
        var (without, with) = (WithTrunk(training, "without"), WithTrunk(training, "with"));
        var observer = new Observer();
        training.TrainBranch(recipe with { Run = recipe.Run with { TeacherCacheMegabytes = 0 } }, without);
        training.TrainBranch(recipe, with, observer);
        return (without, with, observer.Messages[^1]);
    }

    private static string Cache(ModelDirectory model) => model.TeacherCacheFile("branch-14");

    private static void ChangeTrunk(ModelDirectory model)
    {
        using var trunk = model.LoadTrunk();
        using (no_grad()) trunk.Weights.First().Tensor.mul_(1.5);
        var (classifier, identities) = model.LoadClassifier();
        using var _ = classifier;
        model.Save(trunk, "{}");
        model.Save(classifier, identities);
    }

    /// <summary>Damages the entry that was written last, as a power cut does that brings one part of it to the disk.</summary>
    private static void TearNewest(string path)
    {
        var bytes = File.ReadAllBytes(path);
        const int Entry = 16 + (4 * (16 + (16 * 14 * 14)));
        var newest = Enumerable.Range(0, 48).MaxBy(entry => BitConverter.ToInt64(bytes, 64 + (entry * Entry)));
        Assert.Equal(7, BitConverter.ToInt64(bytes, 64 + (newest * Entry)));
        bytes.AsSpan(64 + (newest * Entry) + 1000, 500).Clear();
        File.WriteAllBytes(path, bytes);
    }
}
