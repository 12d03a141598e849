using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Backbones.Onnx;
using BTNet.Training.Tests.Data;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

/// <summary>A small recogniser with drawn weights, distilled into a small trunk on drawn faces.</summary>
[Collection(nameof(TorchRandomness))]
public sealed class DistilledTrunkTrainingTests : IDisposable
{
    private const int Epochs = 4;
    private const int Pictures = 48;

    private static readonly DistilledTrunkRecipe Recipe = new()
    {
        Backbone = new BackboneSpec { Name = "mobilefacenet", Width = 4, EmbeddingSize = 16 },
        Augmentation = new AugmentationOptions { ShiftPixels = 2, Views = 2 },
        Optimization = new DistilledTrunkRecipe().Optimization with { Epochs = Epochs, Batch = 16, LearningRate = 0.005, WarmUpEpochs = 0 },
        Average = 0.5,
        Run = new RunOptions { LogEvery = 1, SaveEvery = 3, EvaluateEvery = 0, Workers = 1, Precision = PrecisionChoice.Fp32, Layout = LayoutChoice.ChannelsLast }
    };

    private static readonly Lazy<FaceImage[]> Drawn = new(() =>
    {
        var source = new RenderedSource(5, 12, 4);
        return [.. Enumerable.Range(0, source.Count).AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(source.Load)];
    });

    private readonly TemporaryFolder _folder = new();
    private readonly OnnxTrunk _trunk;
    private readonly Recogniser _recogniser;

    public DistilledTrunkTrainingTests()
    {
        _trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        _recogniser = new Recogniser(_trunk, RecogniserInput.Named("signed-rgb"));
    }

    private static MemorySource Faces => new(Pictures, item => Drawn.Value[item]);

    public void Dispose()
    {
        _trunk.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_trunk_learns_to_give_the_recognisers_embeddings()
    {
        var untrained = Likeness(Run("untrained", Recipe with { Optimization = Recipe.Optimization with { Epochs = 1, LearningRate = 1e-9 }, Average = 0 }));
        var trained = Likeness(Run("trained", Recipe with { Optimization = Recipe.Optimization with { Epochs = 3 * Epochs, LearningRate = 0.01 } }));

        Assert.True(trained > untrained + 0.15, $"{trained} and {untrained}");
        // What it made of the faces is not left behind.
        Assert.Equal(["trunk.log.jsonl", "trunk.safetensors"], Directory.GetFiles(Model("trained").Path).Select(file => Path.GetFileName(file)).Where(file => !file.EndsWith(".png", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Interrupted_and_taken_up_it_ends_with_the_weights_of_an_unbroken_one_bit_for_bit()
    {
        Run("unbroken");

        var observer = SmallTraining.Observer.StopsAfter(4);
        Assert.False(Train("stopped", Recipe, observer).Finished);
        Assert.True(Train("stopped", Recipe).Finished);

        SmallTraining.AssertSameTensors(Model("unbroken"), Model("stopped"), "trunk.safetensors");
    }

    [Fact]
    public void Blends_are_trained_on_beside_the_pictures_and_make_another_trunk()
    {
        var observer = new SmallTraining.Observer();
        var recipe = Recipe with { Optimization = Recipe.Optimization with { Epochs = 2 } };
        Assert.True(Train("blended", recipe with { Blends = 0.5 }, observer).Finished);

        Assert.Equal(2 * ((Pictures + (Pictures / 2)) / 16), observer.Steps.Count);
        Assert.NotEqual(File.ReadAllBytes(Run("plain", recipe).TrunkFile)[^4096..], File.ReadAllBytes(Model("blended").TrunkFile)[^4096..]);
    }

    [Fact]
    public void A_trunk_goes_on_from_anothers_weights()
    {
        Run("first");
        var start = Likeness(Model("first"));

        var further = Likeness(Run("second", Recipe with { StartFrom = Model("first").Path, Optimization = Recipe.Optimization with { LearningRate = 1e-9 } }));

        Assert.InRange(further, start - 0.1, start + 0.1);
    }

    [Fact]
    public void Embeddings_of_another_size_than_the_recognisers_are_refused_before_anything_is_read()
    {
        var unread = new MemorySource(200, _ => throw new InvalidOperationException("no picture is read"));
        var recipe = Recipe with { Backbone = Recipe.Backbone with { EmbeddingSize = 32 } };

        var said = Assert.Throws<InputException>(() => DistilledTrunkTraining.Run(recipe, _recogniser, unread, Model("model"), null, TrainingObserver.None)).Message;

        Assert.Contains("backbone.embeddingSize: 32", said, StringComparison.Ordinal);
        Assert.Contains("gives embeddings of 16", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Model("model").Path));
    }

    [Fact]
    public void What_cannot_be_trained_is_said_before_anything_is_thrown_away()
    {
        var other = Model("other");
        other.Make();
        using (var trunk = new Trunk(Recipe.Backbone with { Width = 8 })) other.Save(trunk, "{}");
        void Check(DistilledTrunkRecipe recipe) => DistilledTrunkTraining.Check(recipe, _recogniser, Faces, Model("model"), fresh: true);

        foreach (var (recipe, said) in ((DistilledTrunkRecipe, string)[])[
            (Recipe with { Augmentation = Recipe.Augmentation with { Views = 1000 }, Run = Recipe.Run with { TeacherCacheMegabytes = 1 } }, "run.teacherCacheMegabytes allows 1"),
            (Recipe with { StartFrom = Model("nowhere").Path }, Model("nowhere").Path), (Recipe with { StartFrom = other.Path }, other.Path)])
            Assert.Contains(said, Assert.Throws<InputException>(() => Check(recipe)).Message, StringComparison.Ordinal);
        Check(Recipe);
        Assert.False(Directory.Exists(Model("model").Path));
    }

    [Fact]
    public void Embeddings_have_the_recognisers_size_where_none_is_stated_and_that_is_the_same_run()
    {
        var recipe = Recipe with { Backbone = Recipe.Backbone with { EmbeddingSize = 0 } };
        Assert.False(Train("model", recipe, SmallTraining.Observer.StopsAfter(2)).Finished);

        Assert.True(Train("model", Recipe).Finished);

        using var trunk = Model("model").LoadTrunk();
        Assert.Equal(16, trunk.Spec.EmbeddingSize);
        Assert.Empty(new DistilledTrunkRecipe().Faults());
    }

    [Fact]
    public void The_wrong_recipe_is_refused_before_it_touches_what_the_recogniser_was_asked_for_the_right_one()
    {
        Train("model", Recipe, SmallTraining.Observer.StopsAfter(2));
        var before = File.ReadAllBytes(Model("model").TeacherCacheFile("trunk"));

        Assert.Throws<InputException>(() => Train("model", Recipe with { Run = Recipe.Run with { Seed = 9 } }));

        Assert.Equal(before, File.ReadAllBytes(Model("model").TeacherCacheFile("trunk")));
    }

    [Fact]
    public void A_picture_that_can_be_read_only_after_the_recogniser_was_asked_is_named()
    {
        var asked = false;
        var late = new MemorySource(Pictures, item => item == 7 && !asked ? throw new InputException("pattern 7: is no picture") : Drawn.Value[item]);
        var observer = new SmallTraining.Observer();

        var said = Assert.Throws<InputException>(() => DistilledTrunkTraining.Run(
            Recipe, _recogniser, late, Model("model"), null, observer.Told, new SmallExtension.Told<WorkProgress>(progress => asked = progress.Done == progress.Total), observer.Cancellation)).Message;

        Assert.Contains("pattern 7 could not be read when the recogniser was asked", said, StringComparison.Ordinal);
    }

    private ModelDirectory Model(string name) => new(_folder.File(name));

    private ModelDirectory Run(string name, DistilledTrunkRecipe? recipe = null)
    {
        Assert.True(Train(name, recipe ?? Recipe).Finished);
        return Model(name);
    }

    private TrainingOutcome Train(string name, DistilledTrunkRecipe recipe, SmallTraining.Observer? observer = null)
    {
        observer ??= new SmallTraining.Observer();
        return DistilledTrunkTraining.Run(recipe, _recogniser, Faces, Model(name), null, observer.Told, cancellation: observer.Cancellation);
    }

    /// <summary>Mean cosine of a trunk's embeddings of the faces to the recogniser's.</summary>
    private double Likeness(ModelDirectory model)
    {
        using var scope = NewDisposeScope();
        using var trunk = model.LoadTrunk();
        var mine = new TorchEmbedder(trunk, []).Embed(Drawn.Value, Resolution.Full);
        var theirs = new RecogniserEmbedder(_recogniser, []).Embed(Drawn.Value, Resolution.Full);
        return Enumerable.Range(0, Pictures).Average(row => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(mine[row], theirs[row]));
    }
}
