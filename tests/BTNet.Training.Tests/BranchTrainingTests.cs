using BTNet.Training.Checkpoints;
using BTNet.Training.Losses;
using static BTNet.Training.Tests.SmallTraining;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class BranchTrainingTests
{
    [Fact]
    public void Other_people_than_the_classifiers_are_refused_for_a_branch_with_the_choices_there_are()
    {
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");
        using var others = new SmallTraining(people: 8);

        var message = Assert.Throws<InputException>(() => others.TrainBranch(Branch, model)).Message;
        Assert.Contains("2 of the data set's 8 identities are not in the trunk's classifier of 6 ('person 6', 'person 7')", message);
        Assert.Contains("distillationOnly", message);
        Assert.Contains("freshHead", message);

        Assert.True(others.TrainBranch(Branch with { Classification = BranchClassification.DistillationOnly }, model).Finished);
        var observer = new Observer();
        Assert.True(others.TrainBranch(Branch with { Classification = BranchClassification.FreshHead }, model, observer).Finished);
        Assert.Contains(observer.Messages, said => said.Contains("a fresh classifier"));
        using var embedder = TorchEmbedder.Load(model);
        Assert.Equal([112, 14], embedder.Resolutions.Select(resolution => resolution.Side));
    }

    [Fact]
    public void A_part_of_the_classifiers_people_will_do_for_a_branch_and_the_losses_fall()
    {
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");

        var outcome = BranchTraining.Run(
            Branch with { Optimization = Branch.Optimization with { Epochs = 8 } }, Fourteen, training.Source(["person 1", "person 3", "person 4"]), model, null, TrainingObserver.None);

        Assert.Equal((true, 8L), (outcome.Finished, outcome.Steps));
        var log = Log(model, "branch-14");
        foreach (var part in new[] { "feature", "embedding" }) Assert.True((double)log[^1]["parts"]![part]! < (double)log[0]["parts"]![part]!, part);
        Assert.True((double)log[^1]["loss"]! < (double)log[0]["loss"]!);
    }

    [Fact]
    public void Averages_of_the_weights_are_written_and_an_interrupted_run_ends_with_the_same()
    {
        using var training = new SmallTraining();
        var (last, unbroken, stopped) = (WithTrunk(training, "last"), WithTrunk(training, "unbroken"), WithTrunk(training, "stopped"));
        var recipe = Branch with { Average = 0.9, Optimization = Branch.Optimization with { Epochs = 6 } };
        foreach (var model in (ModelDirectory[])[unbroken, stopped])
            foreach (var file in (string[])["trunk", "classifier"]) File.Copy(Path.Combine(last.Path, $"{file}.safetensors"), Path.Combine(model.Path, $"{file}.safetensors"), overwrite: true);

        training.TrainBranch(recipe with { Average = 0 }, last);
        training.TrainBranch(recipe, unbroken);
        Assert.False(training.TrainBranch(recipe, stopped, Observer.StopsAfter(3)).Finished);
        Assert.True(training.TrainBranch(recipe, stopped).Finished);

        AssertSameTensors(unbroken, stopped, "branch-14.safetensors");
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => AssertSameTensors(last, unbroken, "branch-14.safetensors"));
    }

    [Fact]
    public void A_classifier_of_another_embedding_size_is_refused_before_the_first_step()
    {
        using var scope = NewDisposeScope();
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");
        using (var classifier = CosineClassifier.FromWeight(ones(6, 8))) model.Save(classifier, [.. Enumerable.Range(0, 6).Select(person => $"person {person}")]);

        var message = Assert.Throws<InputException>(() => training.TrainBranch(Branch, model)).Message;

        Assert.Contains("embeddings of 8", message);
        Assert.Contains("16", message);
    }

    [Fact]
    public void There_is_no_branch_for_the_full_resolution_and_none_without_a_trunk()
    {
        using var training = new SmallTraining();

        Assert.Contains("no branch for 112", Assert.Throws<InputException>(() => BranchTraining.Run(
            Branch, Resolutions.Resolution.Full, training.Source(), training.Model(), null, TrainingObserver.None)).Message);
        Assert.Contains("no trunk.safetensors", Assert.Throws<InputException>(() => training.TrainBranch(Branch, training.Model())).Message);
    }
}
