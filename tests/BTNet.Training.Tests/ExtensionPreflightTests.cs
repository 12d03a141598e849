using BTNet.Resolutions;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Backbones.Onnx;
using static BTNet.Training.Tests.SmallExtension;

namespace BTNet.Training.Tests;

/// <summary>What a run refuses before anything is trained, and what it cannot be taken for.</summary>
[Collection(nameof(TorchRandomness))]
public sealed class ExtensionPreflightTests : IDisposable
{
    private readonly SmallExtension _small = new();

    public void Dispose() => _small.Dispose();

    [Fact]
    public void What_the_second_branch_cannot_have_is_said_before_the_first_is_trained()
    {
        Assert.Contains("is of 14 pixels, and the branch of 7", Refused(Recipe with { Join = _small.Trunk.JoinAt(Fourteen).Tensor }), StringComparison.Ordinal);

        var start = _small.Model("start");
        start.Make();
        foreach (var side in (Resolution[])[Resolution.Of(28), Fourteen]) Save(start, side);
        Assert.Contains("holds no branch for 7 pixels to start from; it has 28, 14", Refused(Recipe with { StartFrom = start.Path }), StringComparison.Ordinal);

        Assert.Contains("run.teacherCacheMegabytes allows 1", Refused(Recipe with { Run = Recipe.Run with { TeacherCacheMegabytes = 1 } }), StringComparison.Ordinal);
        Assert.Contains("run.validationResolutions: 112x28; expected pairs of 112 and of what is trained: 14, 7",
            Refused(Recipe with { Run = Recipe.Run with { ValidationPairs = ["none.txt"], ValidationResolutions = "112x28,112x14" } }), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_small.Model("model").Path));
    }

    [Fact]
    public void Layers_that_cannot_be_copied_are_said_before_the_recogniser_is_asked()
    {
        // Its poolings round up, so that they make a smaller map where they step by one place.
        using var trunk = OnnxTrunk.Load(Reference.Write(_small.File("other.onnx"), Networks.Squeezenet()));
        var request = _small.Request("model", [Fourteen], Recipe with { Branch = new BranchShape { Blocks = BranchBlocks.Copied } });

        var said = Assert.Throws<InputException>(() => RecogniserExtension.Run(
            new Recogniser(trunk, _small.Recogniser.Input), Source, request, TrainingObserver.None, new Told<WorkProgress>(_ => Assert.Fail("somebody is asked")))).Message;

        Assert.Contains("build the branch of other blocks (branch.blocks)", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(request.Model.Path));
    }

    [Fact]
    public void Resolutions_that_a_network_will_not_have_are_refused_before_it_is_trained()
    {
        string Refused(Resolution trained) => Assert.Throws<InputException>(() => PairValidation.From(new RunOptions { ValidationPairs = ["none.txt"], ValidationResolutions = "112x112,7x7" }, trained)).Message;

        Assert.Equal("run.validationResolutions: 7x7; expected pairs of 112", Refused(Resolution.Full));
        Assert.Equal("run.validationResolutions: 7x7; expected pairs of 112 and of what is trained: 14", Refused(Fourteen));
    }

    [Fact]
    public void A_folder_with_other_files_where_the_package_goes_is_said_before_anything_is_trained()
    {
        Directory.CreateDirectory(_small.Package("model"));
        File.WriteAllText(Path.Combine(_small.Package("model"), "letter.txt"), "dear");

        Assert.Contains("holds other files and no model package", Refused(Recipe), StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_or_a_branch_of_another_recipe_is_refused_before_anything_is_trained_or_its_cache_touched()
    {
        var other = Short with { Run = Recipe.Run with { Seed = 2 } };
        _small.Run("model", [Seven], other, SmallTraining.Observer.StopsAfter(5));
        var cache = File.ReadAllBytes(_small.Model("model").TeacherCacheFile("branch-7"));

        Assert.Contains("is the state of a run with another recipe", Refused(Recipe), StringComparison.Ordinal);
        Assert.Throws<InputException>(() => ExtensionTraining.Run(Recipe, _small.Recogniser, Seven, HeldOut.Of(Source).Training, _small.Model("model"), null, TrainingObserver.None));
        Assert.Equal(cache, File.ReadAllBytes(_small.Model("model").TeacherCacheFile("branch-7")));

        Assert.True(_small.Run("model", [Seven], other).Finished);
        Assert.Contains("is trained already", Refused(Recipe), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_that_changed_under_the_same_names_are_asked_about_anew_and_make_another_branch()
    {
        List<long> asked = [];
        using (var source = new CancellationTokenSource())
        {
            var stopping = new Told<WorkProgress>(progress => { if (progress is { Stage: "asking the recogniser", Done: >= 64 }) source.Cancel(); });
            Assert.Throws<OperationCanceledException>(() => RecogniserExtension.Run(_small.Recogniser, Source, _small.Request("model", [Fourteen], Short), TrainingObserver.None, stopping, source.Token));
        }

        var asking = new Told<WorkProgress>(progress => { if (progress.Stage == "asking the recogniser") asked.Add(progress.Done); });
        _small.Run("model", [Fourteen], Short, SmallTraining.Observer.StopsAfter(5), Changed, asking);
        Assert.Equal([32, 64, 96, 128, 160, 192], asked);

        Assert.Contains("is the state of a run on pictures that have changed since", Assert.Throws<InputException>(() => _small.Run("model", [Fourteen], Short)).Message, StringComparison.Ordinal);
        Assert.True(_small.Run("model", [Fourteen], Short, source: Changed).Finished);
        Assert.Contains("is trained already, on pictures that have changed since", Assert.Throws<InputException>(() => _small.Run("model", [Fourteen], Short)).Message, StringComparison.Ordinal);
        Assert.True(_small.Run("model", [Fourteen], Short, source: Changed).Finished);
    }

    [Fact]
    public void Other_weights_to_start_from_make_another_branch()
    {
        var start = _small.Model("start");
        start.Make();
        Save(start, Fourteen);
        var started = Short with { StartFrom = start.Path };
        Assert.True(_small.Run("model", [Fourteen], started).Finished);
        Assert.True(_small.Run("model", [Fourteen], started).Finished);

        foreach (var other in new[] { Short, started })
        {
            Save(start, Fourteen, seed: 2);
            Assert.Contains("is trained already, from other weights (startFrom)", Assert.Throws<InputException>(() => _small.Run("model", [Fourteen], other)).Message, StringComparison.Ordinal);
        }

        // Of weights that are gone nobody can say that they are others.
        File.Delete(start.BranchFile(Fourteen));
        Assert.True(_small.Run("model", [Fourteen], started).Finished);
    }

    private string Refused(ExtensionRecipe recipe)
    {
        var observer = new SmallTraining.Observer { AtEachStep = (_, _) => Assert.Fail("something is trained") };
        return Assert.Throws<InputException>(() => _small.Run("model", recipe: recipe, observer: observer, asking: new Told<WorkProgress>(_ => Assert.Fail("somebody is asked")))).Message;
    }

    private void Save(ModelDirectory model, Resolution side, int seed = 1)
    {
        TorchSharp.torch.manual_seed(seed);
        using var branch = new JoinBranch(_small.Trunk, _small.Recogniser.Input, side, _small.Trunk.JoinAt(side), Recipe.Branch, new TailChoice { Change = TailChange.ScaleAndShift });
        JoinBranchFile.Save(model, branch, _small.Recogniser.Fingerprint, "{}");
    }
}
