using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Backbones.Onnx;
using BTNet.Training.Tests.Data;
using static BTNet.Training.Tests.SmallExtension;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class RecogniserExtensionTests : IDisposable
{
    private readonly SmallExtension _small = new();
    private readonly List<string> _told = [];

    public void Dispose() => _small.Dispose();

    [Fact]
    public void Branches_are_trained_packed_and_said_to_be_worth_more_than_untrained_ones()
    {
        var untrained = _small.Run("untrained", recipe: Recipe with { Optimization = Recipe.Optimization with { Epochs = 1, LearningRate = 1e-9 }, Average = 0 });
        var outcome = _small.Run("trained");

        Assert.NotNull(outcome.Export);
        Assert.Equal([112, 14, 7], outcome.Export.Checks.Select(check => check.Resolution.Side));
        Assert.Equal([Fourteen, Seven], outcome.Worth.Select(worth => worth.Resolution));
        Assert.All(outcome.Trainings.Values, training => Assert.Equal((true, (long)(Epochs * StepsPerEpoch), 0), (training.Finished, training.Steps, training.Skipped)));
        Assert.All(outcome.Worth.Zip(untrained.Worth), pair =>
        {
            Assert.Equal((7, _small.Trunk.MultiplyAccumulates), (pair.First.Faces, pair.First.OfRecogniser));
            Assert.Equal(pair.Second.Enlarged, pair.First.Enlarged, 1e-6);
            Assert.True(pair.First.Branch > pair.Second.Branch + 0.02, $"{pair.First} and {pair.Second}");
            Assert.InRange(pair.First.MultiplyAccumulates, 1, long.MaxValue);
        });
        Assert.Equal(0, outcome.Skipped);
        // Nothing of the recogniser's outputs is left where nobody named a folder.
        Assert.Equal(["branch-14", "branch-7"], Directory.GetFiles(_small.Model("trained").Path, "*.safetensors").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(_small.Model("trained").Path, "*.cache"));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(StepsPerEpoch)]
    public void An_extension_interrupted_and_taken_up_gives_the_weights_of_an_unbroken_one_bit_for_bit(int steps)
    {
        _small.Run("unbroken");

        var observer = SmallTraining.Observer.StopsAfter(steps);
        var stopped = _small.Run("stopped", observer: observer);
        Assert.False(Assert.Single(stopped.Trainings).Value.Finished);
        Assert.Null(stopped.Export);
        Assert.False(Directory.Exists(_small.Package("stopped")));
        // In the middle of the second one.
        observer = SmallTraining.Observer.StopsAfter((Epochs * StepsPerEpoch) - steps + 5);
        stopped = _small.Run("stopped", observer: observer);
        Assert.Equal([true, false], stopped.Trainings.Values.Select(training => training.Finished));
        observer = new SmallTraining.Observer();
        Assert.NotNull(_small.Run("stopped", observer: observer).Export);

        // The first branch is not trained again.
        Assert.Equal((Epochs * StepsPerEpoch) - 5, observer.Steps.Count);
        Assert.Contains(observer.Messages, said => said.StartsWith("branch-14: is trained already", StringComparison.Ordinal));
        foreach (var name in (string[])["branch-14", "branch-7"]) SmallTraining.AssertSameTensors(_small.Model("unbroken"), _small.Model("stopped"), $"{name}.safetensors");
        Assert.Equal(File.ReadAllBytes(Path.Combine(_small.Package("unbroken"), "weights.bin")), File.ReadAllBytes(Path.Combine(_small.Package("stopped"), "weights.bin")));
    }

    [Fact]
    public void Interrupted_while_the_recogniser_is_asked_it_goes_on_there_and_ends_the_same()
    {
        var request = _small.Request("stopped", [Fourteen]);
        using (var source = new CancellationTokenSource())
        {
            var asking = new Told<WorkProgress>(progress => { if (progress is { Stage: "asking the recogniser", Done: >= 64 }) source.Cancel(); });
            Assert.Throws<OperationCanceledException>(() => RecogniserExtension.Run(_small.Recogniser, Source, request, TrainingObserver.None, asking, source.Token));
        }

        List<long> asked = [];
        RecogniserExtension.Run(_small.Recogniser, Source, request, TrainingObserver.None, new Told<WorkProgress>(progress => { if (progress.Stage == "asking the recogniser") asked.Add(progress.Done); }));
        _small.Run("unbroken", [Fourteen]);

        Assert.Equal([96, 128, 160, 192], asked);
        SmallTraining.AssertSameTensors(_small.Model("unbroken"), _small.Model("stopped"), "branch-14.safetensors");
    }

    [Fact]
    public void What_the_recogniser_made_of_the_faces_is_shared_in_a_folder_that_was_named()
    {
        var shared = Directory.CreateDirectory(_small.File("shared")).FullName;
        var recipe = Recipe with { Augmentation = Recipe.Augmentation with { ViewSeed = 1 }, Run = Recipe.Run with { TeacherCacheFolder = shared } };
        var asked = 0;
        var asking = new Told<WorkProgress>(progress => asked += progress.Stage == "asking the recogniser" ? 1 : 0);
        void Train(string name, ExtensionRecipe by) => RecogniserExtension.Run(_small.Recogniser, Source, _small.Request(name, [Fourteen], by), TrainingObserver.None, asking);

        Train("first", recipe);
        Assert.Equal(6, asked);
        var file = Assert.Single(Directory.GetFiles(shared));
        Train("second", recipe with { Run = recipe.Run with { Seed = 2 }, Tail = new TailChoice { Change = TailChange.None } });
        Assert.Equal(6, asked);
        Assert.True(File.Exists(file));
        Train("alone", recipe with { Run = Recipe.Run });
        Assert.Equal(12, asked);
        SmallTraining.AssertSameTensors(_small.Model("first"), _small.Model("alone"), "branch-14.safetensors");
    }

    [Fact]
    public void Maps_that_are_not_weighed_are_not_kept()
    {
        var recipe = Recipe with { Loss = Recipe.Loss with { Map = 0 } };
        var bytes = 0L;
        var observer = new SmallTraining.Observer { AtEachStep = (_, _) => bytes = new FileInfo(_small.Model("model").TeacherCacheFile("recogniser")).Length };

        Assert.NotNull(_small.Run("model", [Fourteen], recipe, observer).Export);

        Assert.Equal(64 + (192 * (16 + (4 * 16))), bytes);
        Assert.DoesNotContain("\"map\"", File.ReadAllText(Path.Combine(_small.Model("model").Path, "branch-14.log.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_of_all_resolutions_share_what_the_recogniser_was_asked_where_no_maps_are_kept_and_nothing_of_it_stays()
    {
        // Left to the machine, so that the form that the recogniser was asked in is one for all, too.
        var recipe = Short with { Loss = Recipe.Loss with { Map = 0 }, Run = Recipe.Run with { Layout = LayoutChoice.Auto } };
        var asked = 0;
        var asking = new Told<WorkProgress>(progress => asked += progress.Stage == "asking the recogniser" ? 1 : 0);
        var observer = new SmallTraining.Observer();

        RecogniserExtension.Run(_small.Recogniser, Source, _small.Request("both", [Fourteen, Seven], recipe), observer.Told, asking);

        Assert.Equal(6, asked);
        Assert.Single(observer.Messages, said => said.StartsWith("computing in", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_small.Model("both").Path, "*.teacher.cache"));
        Assert.Empty(Directory.GetFiles(_small.Model("both").Path, "*.form.json"));
    }

    [Fact]
    public void A_branch_that_found_the_recogniser_asked_learns_what_one_does_that_asked_it()
    {
        var recipe = Short with { Loss = Recipe.Loss with { Map = 0 } };

        _small.Run("both", [Fourteen, Seven], recipe);
        _small.Run("seven", [Seven], recipe);

        SmallTraining.AssertSameTensors(_small.Model("both"), _small.Model("seven"), "branch-7.safetensors");
    }

    [Fact]
    public void What_branches_share_stays_while_one_of_them_is_unfinished()
    {
        var recipe = Short with { Loss = Recipe.Loss with { Map = 0 } };
        var shared = _small.Model("model").TeacherCacheFile("recogniser");

        _small.Run("model", [Fourteen, Seven], recipe, SmallTraining.Observer.StopsAfter(StepsPerEpoch + 3));
        Assert.NotNull(_small.Run("model", [Fourteen], recipe).Export);
        Assert.True(File.Exists(shared));
        _small.Run("model", [Fourteen, Seven], recipe);

        Assert.False(File.Exists(shared));
    }

    [Fact]
    public void Maps_are_thrown_away_with_the_branch_that_they_are_of()
    {
        var isThere = true;
        var observer = new SmallTraining.Observer { AtEachStep = (progress, _) => isThere &= progress.What != "branch-7" || File.Exists(_small.Model("model").TeacherCacheFile("branch-14")) };

        _small.Run("model", [Fourteen, Seven], Short, observer);

        Assert.False(isThere);
    }

    [Fact]
    public void Branches_of_the_recognisers_own_layers_as_they_are_unless_told_otherwise_are_trained_taken_up_and_packaged()
    {
        var usual = new ExtensionRecipe();
        var recipe = Short with { Branch = usual.Branch, Tail = usual.Tail, Loss = usual.Loss };

        _small.Run("unbroken", [Fourteen, Seven], recipe);
        Assert.Null(_small.Run("stopped", [Fourteen, Seven], recipe, SmallTraining.Observer.StopsAfter(3)).Export);
        var outcome = _small.Run("stopped", [Fourteen, Seven], recipe);

        Assert.Equal([14, 7], outcome.Worth.Select(worth => worth.Resolution.Side));
        foreach (var name in (string[])["branch-14", "branch-7"]) SmallTraining.AssertSameTensors(_small.Model("unbroken"), _small.Model("stopped"), $"{name}.safetensors");
    }

    [Fact]
    public void A_finished_branch_of_another_recipe_is_not_taken_for_this_ones_and_trained_anew_only_where_that_is_said()
    {
        _small.Run("model", [Fourteen]);
        var before = File.ReadAllBytes(_small.Model("model").BranchFile(Fourteen));
        var other = Recipe with { Branch = Recipe.Branch with { Depth = 0 } };

        var said = Assert.Throws<InputException>(() => _small.Run("model", [Fourteen], other)).Message;
        Assert.Contains("is trained already", said, StringComparison.Ordinal);
        Assert.Contains("--fresh", said, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_small.Model("model").BranchFile(Fourteen)));

        var observer = new SmallTraining.Observer();
        RecogniserExtension.Run(_small.Recogniser, Source, _small.Request("model", [Fourteen], other) with { Fresh = true }, observer.Told);
        Assert.Equal(Epochs * StepsPerEpoch, observer.Steps.Count);
        Assert.NotEqual(before, File.ReadAllBytes(_small.Model("model").BranchFile(Fourteen)));
    }

    [Fact]
    public void Fewer_than_200_pictures_are_refused()
    {
        var said = Assert.Throws<InputException>(() => RecogniserExtension.Input(_small.Trunk, null, new MemorySource(199, _ => throw new InvalidOperationException()), _told.Add)).Message;
        Assert.Contains("too few to learn from; expected 200 pictures", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_that_are_no_faces_are_warned_about_and_not_refused()
    {
        FaceImage Noise(int item)
        {
            var pixels = new byte[3 * 112 * 112];
            new Random(item).NextBytes(pixels);
            return new FaceImage(112, 112, pixels);
        }

        var input = RecogniserExtension.Input(_small.Trunk, _small.Recogniser.Input, new MemorySource(200, Noise), _told.Add);

        Assert.Same(_small.Recogniser.Input, input);
        Assert.Contains("warning: the recogniser hardly tells these pictures apart", Assert.Single(_told), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_recogniser_expects_is_found_out_and_said()
    {
        var input = RecogniserExtension.Input(_small.Trunk, null, new MemorySource(200, item => Drawn[item]), _told.Add);

        Assert.Contains(input, RecogniserInput.Common);
        Assert.StartsWith($"pixels: {input}", _told[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_picture_among_many_is_told_of_and_left_out_of_training_and_measuring()
    {
        // The 24th is kept to measure with, the 100th is not.
        var source = new MemorySource(Pictures, item => item is 24 or 100 ? throw new InputException($"picture {item} is broken") : Drawn[item]);
        var observer = new SmallTraining.Observer();

        var outcome = _small.Run("model", [Fourteen], Recipe with { Data = Recipe.Data with { GreatestBrokenShare = 0.1 } }, observer, source);

        Assert.NotNull(outcome.Export);
        Assert.Equal((1, 2, 6), (outcome.Trainings[Fourteen].Skipped, outcome.Skipped, Assert.Single(outcome.Worth).Faces));
        foreach (var item in (int[])[24, 100]) Assert.Single(observer.Messages, said => said.Contains($"picture {item} is broken", StringComparison.Ordinal));
    }

    [Fact]
    public void A_recogniser_without_a_join_or_for_faces_of_another_size_is_refused_before_anything_is_read()
    {
        var unread = new MemorySource(200, _ => throw new InvalidOperationException("no picture is read"));
        using var skipping = OnnxTrunk.Load(Reference.Write(_small.File("long.onnx"), Networks.LongSkip()));
        string Refused(OnnxTrunk trunk) => Assert.Throws<InputException>(() => RecogniserExtension.Run(new Recogniser(trunk, _small.Recogniser.Input), unread, _small.Request("model", [Resolution.Of(56), Fourteen]), TrainingObserver.None)).Message;

        Assert.Contains("no map of 14 x 14", Refused(skipping), StringComparison.Ordinal);
        var graph = new GraphBuilder();
        var map = graph.ConvNormRelu(GraphBuilder.Input, 4, 3, 4);
        map = graph.ConvNormRelu(map, 4, 3, 4);
        using var large = OnnxTrunk.Load(Reference.Write(_small.File("large.onnx"), graph.Model(graph.TorchHead(map, 16), side: 224)));
        Assert.Contains("takes faces of 224 pixels", Refused(large), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_small.Model("model").Path));
    }

    [Fact]
    public void A_join_that_was_named_is_taken_and_one_that_does_not_fit_is_refused_with_those_that_do()
    {
        var inner = _small.Trunk.Joins.Last(join => join.Shape.Height == 14);
        Assert.NotEqual(_small.Trunk.JoinAt(Fourteen), inner);
        _small.Run("model", [Fourteen], Recipe with { Join = inner.Tensor });
        Assert.Equal(inner.Tensor, TensorFile.ReadMetadata(_small.Model("model").BranchFile(Fourteen))["join"]);

        string Refused(string join) => Assert.Throws<InputException>(() => _small.Run("other", [Fourteen], Recipe with { Join = join })).Message;
        Assert.Contains($"expected one of {_small.Trunk.Joins[0].Tensor}", Refused("nowhere"), StringComparison.Ordinal);
        Assert.Contains("is of 7 pixels, and the branch of 14", Refused(_small.Trunk.JoinAt(Seven).Tensor), StringComparison.Ordinal);
    }
}
