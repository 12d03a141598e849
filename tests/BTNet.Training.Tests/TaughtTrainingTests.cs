using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using static BTNet.Training.Tests.SmallExtension;

namespace BTNet.Training.Tests;

/// <summary>What lies beside a training by a recogniser, and for how long.</summary>
[Collection(nameof(TorchRandomness))]
public sealed class TaughtTrainingTests : IDisposable
{
    private readonly SmallExtension _small = new();

    public void Dispose() => _small.Dispose();

    [Fact]
    public void In_a_folder_that_was_named_each_set_of_what_was_asked_has_a_file_of_its_own()
    {
        var shared = Directory.CreateDirectory(_small.File("shared")).FullName;
        var asked = 0;
        var asking = new Told<WorkProgress>(progress => asked += progress.Stage == "asking the recogniser" ? 1 : 0);
        var recipe = Short with { Run = Recipe.Run with { TeacherCacheFolder = shared } };
        var join = _small.Trunk.Joins.Last(one => one.Shape.Height == 14).Tensor;

        foreach (var (name, by) in (ReadOnlySpan<(string, ExtensionRecipe)>)[("one", recipe), ("other", recipe with { Join = join }), ("again", recipe with { Tail = new TailChoice { Change = TailChange.None } })])
            _small.Run(name, [Fourteen], by, asking: asking);

        Assert.Equal(2 * 6, asked);
        Assert.All(Directory.GetFiles(shared), file => Assert.Matches("branch-14-[0-9a-f]{8}.teacher.cache$", file));
        Assert.Equal(2, Directory.GetFiles(shared).Length);
    }

    [Fact]
    public void How_much_room_it_takes_is_said_when_the_recogniser_is_asked_and_not_when_it_is_not()
    {
        var recipe = Short with { Run = Recipe.Run with { TeacherCacheFolder = _small.File("shared") } };
        var (first, second) = (new SmallTraining.Observer(), new SmallTraining.Observer());
        _small.Run("one", [Fourteen], recipe, first);
        _small.Run("two", [Fourteen], recipe, second);

        // 192 entries of 16 bytes, 16 floats and 16 x 14 x 14 halves.
        Assert.Single(first.Messages, said => said.StartsWith("branch-14: what the recogniser makes of 1 views of 192 pictures takes 2 MB, in ", StringComparison.Ordinal));
        Assert.DoesNotContain(second.Messages, said => said.Contains("what the recogniser makes", StringComparison.Ordinal));
    }

    [Fact]
    public void The_form_that_was_chosen_before_the_recogniser_was_asked_is_kept_until_the_training_is_done()
    {
        var model = _small.Model("model");
        model.Make();
        File.WriteAllText(model.FormFile("branch-14"), System.Text.Json.JsonSerializer.Serialize(MapForm.Default with { Layout = MapLayout.Planar }));
        var observer = new SmallTraining.Observer();

        _small.Run("model", [Fourteen], Short with { Run = Recipe.Run with { Layout = LayoutChoice.Auto } }, observer);

        Assert.DoesNotContain(observer.Messages, said => said.StartsWith("computing in", StringComparison.Ordinal));
        Assert.Contains("fp32, planar", TensorFile.ReadMetadata(model.BranchFile(Fourteen))["provenance"], StringComparison.Ordinal);
        Assert.False(File.Exists(model.FormFile("branch-14")));
    }

    [Fact]
    public void What_a_killed_training_left_behind_is_removed_when_the_same_is_asked_for_again()
    {
        var model = _small.Model("model");
        model.Make();
        var torn = Path.Combine(model.Path, "branch-14.safetensors.0123.tmp");
        File.WriteAllText(torn, "half");
        _small.Run("model", [Fourteen], Short);
        Assert.False(File.Exists(torn));

        // Killed between the end of the training and the last tidying up.
        string[] leftovers = [torn, model.TeacherCacheFile("branch-14"), model.FormFile("branch-14")];
        foreach (var file in leftovers) File.WriteAllText(file, "left");
        _small.Run("model", [Fourteen], Short);

        Assert.All(leftovers, file => Assert.False(File.Exists(file), file));
    }

    [Fact]
    public void Branches_that_were_trained_before_for_the_recogniser_stay_in_the_package()
    {
        _small.Run("model", [Fourteen], Short);
        // Not one of these: the layers on enlarged faces, and a file that cannot be read.
        var (_, model) = (_small.Run("enlarged", [Resolutions.Resolution.Of(28)], Short with { Branch = new BranchShape { Blocks = BranchBlocks.Enlarged } }), _small.Model("model"));
        File.Copy(_small.Model("enlarged").BranchFile(Resolutions.Resolution.Of(28)), model.BranchFile(Resolutions.Resolution.Of(28)));
        File.WriteAllText(model.BranchFile(Resolutions.Resolution.Of(56)), "damaged");
        var observer = new SmallTraining.Observer();

        var outcome = _small.Run("model", [Seven], Short, observer);

        Assert.Equal([112, 14, 7], outcome.Export!.Checks.Select(check => check.Resolution.Side));
        Assert.Equal(Seven, Assert.Single(outcome.Worth).Resolution);
        Assert.Single(observer.Messages, said => said == $"the package also gets the branch for 14, trained before in {model.Path}");
        Assert.Single(observer.Messages, said => said.Contains("branch-56.safetensors is left out of the package", StringComparison.Ordinal));
    }

    [Fact]
    public void People_are_told_apart_where_they_are_known_and_an_interruption_changes_no_bit()
    {
        var recipe = Recipe with { Data = Recipe.Data with { Kind = DataKind.Folder }, Loss = Recipe.Loss with { People = 0.1, Distance = EmbeddingDistance.Squared } };

        Assert.False(_small.Run("stopped", [Fourteen], recipe, SmallTraining.Observer.StopsAfter(7)).Finished);
        Assert.True(_small.Run("stopped", [Fourteen], recipe).Finished);
        var outcome = _small.Run("unbroken", [Fourteen], recipe);

        Assert.Equal(Epochs * 192 / 16, outcome.Trainings[Fourteen].Steps);
        Assert.Contains("people", File.ReadAllText(Path.Combine(_small.Model("stopped").Path, "branch-14.log.jsonl")), StringComparison.Ordinal);
        SmallTraining.AssertSameTensors(_small.Model("unbroken"), _small.Model("stopped"), "branch-14.safetensors");
    }

    [Fact]
    public void Drawn_faces_are_trained_on_beside_the_pictures()
    {
        var asked = 0L;
        var asking = new Told<WorkProgress>(progress => asked = progress.Stage == "asking the recogniser" ? progress.Total : asked);

        Assert.Equal((192 + 32) / 16, _small.Run("drawn", [Fourteen], Short with { Drawn = 32 }, asking: asking).Trainings[Fourteen].Steps);

        Assert.Equal(192 + 32, asked);
        Assert.Contains(Training.Data.Rendered.RenderedSource.Program, TensorFile.ReadMetadata(_small.Model("drawn").BranchFile(Fourteen))["provenance"], StringComparison.Ordinal);
    }

    [Fact]
    public void An_extension_with_blends_is_interrupted_and_taken_up_to_the_same_bits()
    {
        var recipe = Recipe with { Blends = 0.5 };
        _small.Run("unbroken", [Fourteen], recipe);

        Assert.False(_small.Run("stopped", [Fourteen], recipe, SmallTraining.Observer.StopsAfter(7)).Finished);
        var outcome = _small.Run("stopped", [Fourteen], recipe);

        Assert.Equal(Epochs * (192 + 96) / 16, outcome.Trainings[Fourteen].Steps);
        SmallTraining.AssertSameTensors(_small.Model("unbroken"), _small.Model("stopped"), "branch-14.safetensors");
    }
}
