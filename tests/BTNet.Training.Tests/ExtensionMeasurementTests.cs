using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Recipes;
using static BTNet.Training.Tests.SmallExtension;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class ExtensionMeasurementTests : IDisposable
{
    private readonly SmallExtension _small = new();

    public void Dispose() => _small.Dispose();

    [Fact]
    public void Branches_are_judged_on_pairs_while_they_train_and_measured_both_ways_at_the_end()
    {
        var lists = WritePairs();
        var recipe = Short with { Run = Recipe.Run with { ValidationPairs = lists, ValidationRoot = _small.File("pairs"), ValidationResolutions = "112x14,112x7,7x7" } };
        var pairs = PairSets.Open(lists, _small.File("pairs"));

        var outcome = RecogniserExtension.Run(_small.Recogniser, Source, _small.Request("model", recipe: recipe) with { Pairs = pairs }, TrainingObserver.None);

        // Each branch by those that it can be judged by.
        Assert.Equal(["112x14", "cosine"], outcome.Trainings[Fourteen].Validation.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["112x7", "7x7", "cosine"], outcome.Trainings[Seven].Validation.Keys.Order(StringComparer.Ordinal));
        Assert.All(outcome.Trainings.Values, training => Assert.InRange(training.Validation["cosine"], -1, 1));
        // What was judged is what was written.
        Assert.All(outcome.Trainings, training =>
        {
            using var branch = JoinBranchFile.Load(_small.Model("model"), _small.Trunk, _small.Recogniser.Input, _small.Recogniser.Fingerprint, training.Key);
            Assert.Equal(Likeness(branch, pairs), training.Value.Validation["cosine"], 4);
        });
        Assert.Equal(["112x112", "112x14", "14x14", "112x7", "7x7"], outcome.Branches!.Results.Select(result => result.Resolutions.ToString()));
        Assert.Equal(outcome.UpSampled!.Results.Select(result => result.Resolutions), outcome.Branches.Results.Select(result => result.Resolutions));
    }

    [Fact]
    public void Pictures_that_are_judged_on_and_are_among_those_to_train_on_are_counted_in_a_warning()
    {
        var options = Recipe.Run with { ValidationPairs = WritePairs(), ValidationRoot = _small.File("pairs") };
        List<string> said = [];

        PairValidation.WarnOfShared(options, Source, said.Add);
        PairValidation.WarnOfShared(new RunOptions(), new PictureSource(_small.File("pairs")), said.Add);
        Assert.Empty(said);
        PairValidation.WarnOfShared(options, new PictureSource(_small.File("pairs")), said.Add);

        Assert.StartsWith($"warning: 16 of the 16 pictures in the validation pairs are among those to train on, such as {Path.Combine(_small.File("pairs"), "")}", Assert.Single(said), StringComparison.Ordinal);
        Assert.Contains("--identities", said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_that_are_of_no_resolution_of_a_branch_are_replaced_by_the_usual()
    {
        var options = Recipe.Run with { ValidationPairs = WritePairs(), ValidationRoot = _small.File("pairs"), ValidationResolutions = "112x7" };
        using var branch = new JoinBranch(_small.Trunk, _small.Recogniser.Input, Fourteen, _small.Trunk.JoinAt(Fourteen), Recipe.Branch, new TailChoice { Change = TailChange.ScaleAndShift });

        var judged = PairValidation.OfBranch(options, Fourteen)!(new RecogniserEmbedder(_small.Recogniser, [branch]), CancellationToken.None);

        Assert.Equal(["112x14", "14x14", "cosine"], judged.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Layers_on_enlarged_faces_are_measured_and_not_packaged()
    {
        var recipe = Short with { Branch = new BranchShape { Blocks = BranchBlocks.Enlarged }, Optimization = Short.Optimization with { LearningRate = 1e-9 }, Average = 0, Tail = new TailChoice { Change = TailChange.None } };
        var lists = WritePairs();

        var outcome = RecogniserExtension.Run(_small.Recogniser, Source, _small.Request("model", [Seven], recipe) with { Pairs = PairSets.Open(lists, _small.File("pairs")) }, TrainingObserver.None);

        Assert.True(outcome.Finished);
        Assert.Null(outcome.Export);
        Assert.False(Directory.Exists(_small.Package("model")));
        var worth = Assert.Single(outcome.Worth);
        Assert.Equal((Seven, 7, _small.Trunk.MultiplyAccumulates, _small.Trunk.MultiplyAccumulates), (worth.Resolution, worth.Faces, worth.MultiplyAccumulates, worth.OfRecogniser));
        // Untrained they are the recogniser, but that torch enlarges to fractions of a level.
        Assert.InRange(worth.Branch, worth.Enlarged - 0.1, worth.Enlarged + 0.1);
        Assert.Equal(3, outcome.Branches!.Results.Count);
    }

    /// <summary>Mean cosine of a branch's embeddings to the recogniser's of the same faces whole.</summary>
    private double Likeness(JoinBranch branch, PairSet pairs)
    {
        var embedder = new RecogniserEmbedder(_small.Recogniser, [branch]);
        Embeddings.EmbeddingMatrix At(Resolution side) => embedder.Embed([.. pairs.Images.Select(image => FaceResizer.Resize(image.Decode(), side.Side, side.Side))], side);
        var (whole, small) = (At(Resolution.Full), At(branch.Resolution));
        return Enumerable.Range(0, pairs.Images.Count).Average(row => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(whole[row], small[row]));
    }

    /// <summary>Pictures of four people, and two lists of pairs of them.</summary>
    private string[] WritePairs()
    {
        var root = Directory.CreateDirectory(_small.File("pairs")).FullName;
        for (var item = 0; item < 16; item++) File.WriteAllBytes(Path.Combine(root, $"{item}.jpg"), FaceEncoder.EncodeJpeg(Drawn[item], 95));
        return [.. Enumerable.Range(0, 2).Select(fold =>
        {
            var list = _small.File($"fold{fold}.txt");
            File.WriteAllLines(list, Enumerable.Range(8 * fold, 8).SelectMany(item => new[] { $"{item}.jpg\t{(item / 4 * 4) + ((item + 1) % 4)}.jpg\t1", $"{item}.jpg\t{(8 * fold) + ((item + 4) % 8)}.jpg\t0" }).Distinct());
            return list;
        })];
    }
}
