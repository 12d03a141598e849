using BTNet.Faces;
using BTNet.TestSupport;
using BTNet.Training.Checkpoints;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using static BTNet.Training.Tests.SmallTraining;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class TrainerTests
{
    [Fact]
    public void A_trunk_learns_and_leaves_its_checkpoint_log_and_curves()
    {
        using var training = new SmallTraining();
        var model = training.Model();
        var recipe = Trunk with { Resolutions = [112], Margin = new MarginOptions { Kind = MarginKind.CosFace, Margin = 0.1, Scale = 16 }, Optimization = Trunk.Optimization with { Epochs = 10 } };
        var observer = new Observer();

        var outcome = training.TrainTrunk(recipe, model, observer, (embedder, _) => new Dictionary<string, double> { ["112x112"] = embedder.EmbeddingSize / 20.0 });

        Assert.Equal((true, 30L, 0), (outcome.Finished, outcome.Steps, outcome.Skipped));
        Assert.Equal(0.8, outcome.Validation["112x112"]);
        var losses = Log(model, "trunk").Where(line => line["loss"] is not null).Select(line => (double)line["loss"]!).ToList();
        Assert.Equal(30, losses.Count);
        Assert.True(losses[^5..].Average() < 0.5 * losses[..5].Average(), string.Join(' ', losses));
        Assert.Equal(Enumerable.Range(1, 30), observer.Steps.Select(step => (int)step.Step));
        Assert.Equal(("trunk", 30L, 10), (observer.Steps[^1].What, observer.Steps[^1].Steps, observer.Steps[^1].Epoch));
        foreach (var picture in new[] { "trunk.loss.png", "trunk.accuracy.png" }) Assert.True(FaceDecoder.DecodeFile(Path.Combine(model.Path, picture)).Width > 100, picture);
        Assert.False(File.Exists(model.ProgressFile("trunk")));
        using var trunk = model.LoadTrunk(SmallNetworks.Spec);
        var (classifier, identities) = model.LoadClassifier();
        using (classifier) Assert.Equal(Enumerable.Range(0, 6).Select(person => $"person {person}"), identities);
    }

    public static TheoryData<string, int> Interruptions => new()
    {
        { "sgd", 1 }, { "sgd", 2 }, { "sgd", 4 }, { "sgd", 5 }, { "adamw", 1 }, { "adamw", 4 }
    };

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void A_trunk_interrupted_at_every_so_many_steps_ends_bit_for_bit_as_one_that_was_not(string optimizer, int every)
    {
        using var training = new SmallTraining();
        var recipe = Trunk with { Optimization = Trunk.Optimization with { Optimizer = Optimizer(optimizer), LearningRate = optimizer == "sgd" ? 0.05 : 0.002 } };
        var (straight, stopped) = (training.Model("straight"), training.Model("stopped"));
        training.TrainTrunk(recipe, straight);

        var runs = RunToTheEnd(observer => training.TrainTrunk(recipe, stopped, observer), every);

        Assert.Equal((6 + every - 1) / every, runs);
        AssertSameTensors(straight, stopped, "trunk.safetensors");
        AssertSameTensors(straight, stopped, "classifier.safetensors");
        Assert.Equal(Enumerable.Range(1, 6), Log(stopped, "trunk").Select(line => (int)line["step"]!));
        Assert.Equal(Log(straight, "trunk").Select(line => (double)line["loss"]!), Log(stopped, "trunk").Select(line => (double)line["loss"]!));
    }

    [Theory]
    [InlineData("sgd", BranchClassification.FrozenTrunkClassifier, 1)]
    [InlineData("sgd", BranchClassification.FreshHead, 2)]
    [InlineData("adamw", BranchClassification.FreshHead, 5)]
    [InlineData("adamw", BranchClassification.DistillationOnly, 4)]
    public void A_branch_interrupted_at_every_so_many_steps_ends_bit_for_bit_as_one_that_was_not(string optimizer, BranchClassification classification, int every)
    {
        using var training = new SmallTraining();
        var (straight, stopped) = (WithTrunk(training, "straight"), WithTrunk(training, "stopped"));
        var recipe = Branch with { Classification = classification, Optimization = Branch.Optimization with { Optimizer = Optimizer(optimizer) } };
        training.TrainBranch(recipe, straight);

        RunToTheEnd(observer => training.TrainBranch(recipe, stopped, observer), every);

        AssertSameTensors(straight, stopped, "branch-14.safetensors");
        Assert.Equal(Enumerable.Range(1, 6), Log(stopped, "branch-14").Select(line => (int)line["step"]!));
        Assert.Equal(classification != BranchClassification.DistillationOnly, Log(stopped, "branch-14")[0]["parts"]!["classification"] is not null);
        AssertSameTensors(straight, stopped, "trunk.safetensors");
    }

    [Fact]
    public void A_run_that_died_goes_on_from_its_last_save()
    {
        using var training = new SmallTraining();
        var (straight, died) = (training.Model("straight"), training.Model("died"));
        training.TrainTrunk(Trunk, straight);
        var killed = new Observer { AtEachStep = (progress, _) => { if (progress.Step == 5) throw new TimeoutException("the machine went away"); } };
        Assert.Throws<TimeoutException>(() => training.TrainTrunk(Trunk, died, killed));

        var observer = new Observer();
        training.TrainTrunk(Trunk, died, observer);

        Assert.Contains(observer.Messages, message => message.Contains("resuming at step 4"));
        Assert.Equal([5, 6], observer.Steps.Select(step => (int)step.Step));
        AssertSameTensors(straight, died, "trunk.safetensors");
        Assert.Equal(Enumerable.Range(1, 6), Log(died, "trunk").Select(line => (int)line["step"]!));
    }

    [Fact]
    public void The_state_of_another_recipe_is_refused_with_what_to_do()
    {
        using var training = new SmallTraining();
        var model = training.Model();
        Assert.False(training.TrainTrunk(Trunk, model, Observer.StopsAfter(2)).Finished);

        foreach (var other in new[]
        {
            Trunk with { Optimization = Trunk.Optimization with { LearningRate = 0.06 } },
            Trunk with { Run = Trunk.Run with { Seed = 8 } },
            Trunk with { Resolutions = [112] }
        })
        {
            var message = Assert.Throws<InputException>(() => training.TrainTrunk(other, model)).Message;
            Assert.Contains("another recipe, data or seed", message);
            Assert.Contains("--fresh", message);
        }

        // How often to save and to log changes no weight.
        Assert.True(training.TrainTrunk(Trunk with { Run = Trunk.Run with { SaveEvery = 1, LogEvery = 2 } }, model).Finished);
    }

    [Fact]
    public void The_state_of_other_people_is_refused_even_if_they_are_as_many()
    {
        using var training = new SmallTraining();
        var model = training.Model();
        string[] some = ["person 0", "person 1", "person 2"];
        string[] others = ["person 0", "person 1", "person 3"];
        var observer = Observer.StopsAfter(1);
        Assert.False(TrunkTraining.Run(Trunk, training.Source(some), model, null, observer.Told, observer.Cancellation).Finished);

        Assert.Contains("another recipe, data or seed", Assert.Throws<InputException>(() => TrunkTraining.Run(Trunk, training.Source(others), model, null, TrainingObserver.None)).Message);
    }

    [Fact]
    public void A_damaged_state_is_refused_with_what_to_do()
    {
        using var scope = NewDisposeScope();
        using var training = new SmallTraining();
        var model = training.Model();
        training.TrainTrunk(Trunk, model, Observer.StopsAfter(2));
        var (tensors, metadata) = TensorFile.Read(model.ProgressFile("trunk"));
        foreach (var (key, value) in new[] { ("step", "two"), ("step", "-3"), ("step", "99999999999999999999"), ("seconds", "x"), ("loss", "null"), ("loss", "[1,2,3]"), ("loss", "{") })
        {
            TensorFile.Write(model.ProgressFile("trunk"), tensors.Select(tensor => (tensor.Key, tensor.Value)), new Dictionary<string, string>(metadata) { [key] = value });

            Assert.Throws<InputException>(() => training.TrainTrunk(Trunk, model));
        }

        foreach (var tensor in tensors.Values) tensor.Dispose();
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_with_advice()
    {
        using var scope = NewDisposeScope();
        using var training = new SmallTraining();
        var model = training.Model();
        training.TrainTrunk(Trunk, model, Observer.StopsAfter(2));
        Poison(model, "fc.bias", float.NaN);

        var message = Assert.Throws<InputException>(() => training.TrainTrunk(Trunk, model)).Message;

        Assert.Contains("the loss is NaN", message);
        Assert.Contains("at step 2", message);
        Assert.Contains("lower optimization.learningRate (now 0.05)", message);
        Assert.Matches(@"\n  its batch: \S+.*\.\w+(, \S+.*\.\w+)*", message);
    }

    [Fact]
    public void A_state_with_a_weight_that_is_no_number_is_not_saved_over_a_sound_one()
    {
        using var scope = NewDisposeScope();
        using var training = new SmallTraining();
        var model = training.Model();
        training.TrainTrunk(Trunk, model, Observer.StopsAfter(2));
        // A statistic that no step of training reads: every loss stays sound.
        Poison(model, "features.running_var", float.PositiveInfinity);
        var saved = File.ReadAllBytes(model.ProgressFile("trunk"));

        var message = Assert.Throws<InputException>(() => training.TrainTrunk(Trunk, model)).Message;

        Assert.Contains("'features.running_var' is no longer a number after step", message);
        Assert.Contains("stays as it was", message);
        Assert.Equal(saved, File.ReadAllBytes(model.ProgressFile("trunk")));
    }

    [Fact]
    public void Gradients_without_bound_stop_the_run_before_they_reach_the_weights_that_are_kept()
    {
        using var scope = NewDisposeScope();
        using var training = new SmallTraining();
        var model = training.Model();
        training.TrainTrunk(Trunk, model, Observer.StopsAfter(2));
        // Embeddings so short that their direction turns at a touch, behind maps so large that the last matrix is that
        // much steeper: the loss is sound, and the squares of the gradients are beyond what a float holds.
        foreach (var (name, value) in new[] { ("fc.weight", 1e-30f), ("fc.bias", 0f), ("features.bias", 0f), ("bn2.weight", 1e8f) }) Poison(model, name, value);

        var message = Assert.Throws<InputException>(() => training.TrainTrunk(Trunk, model)).Message;

        Assert.Contains("gradients' norm", message);
        Assert.Contains("lower optimization.learningRate", message);
        var (tensors, _) = TensorFile.Read(model.ProgressFile("trunk"));
        Assert.All(tensors, saved => Assert.True(saved.Value.isfinite().all().item<bool>(), saved.Key));
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }

    [Fact]
    public void A_broken_picture_is_named_counted_and_left_out()
    {
        using var training = new SmallTraining();
        var whole = File.ReadAllBytes(training.Picture(2, 1));
        File.WriteAllBytes(training.Picture(2, 1), whole[..(whole.Length / 2)]);
        var observer = new Observer();

        var outcome = training.TrainTrunk(Trunk with { Data = new DataOptions { GreatestBrokenShare = 0.1 } }, training.Model(), observer);

        Assert.Equal((true, 1), (outcome.Finished, outcome.Skipped));
        Assert.Contains(observer.Messages, message => message.Contains(training.Picture(2, 1)));
        Assert.Throws<InputException>(() => training.TrainTrunk(Trunk, training.Model("strict")));
    }

    [Fact]
    public void Steps_whose_pictures_are_all_broken_pass_without_a_step()
    {
        using var training = new SmallTraining();
        foreach (var file in Directory.GetFiles(training.Faces, "*.jpg", SearchOption.AllDirectories)) File.WriteAllBytes(file, [1, 2, 3]);

        var outcome = training.TrainTrunk(Trunk with { Data = new DataOptions { GreatestBrokenShare = 1 } }, training.Model());

        Assert.Equal((true, 24), (outcome.Finished, outcome.Skipped));
    }

    [Fact]
    public void Cancelling_while_the_network_is_judged_saves_the_state_and_ends_cleanly()
    {
        using var training = new SmallTraining();
        var (straight, stopped) = (training.Model("straight"), training.Model("stopped"));
        var recipe = Trunk with { Run = Trunk.Run with { EvaluateEvery = 3, SaveEvery = 100 } };
        training.TrainTrunk(recipe, straight, validate: (_, _) => new Dictionary<string, double>());
        foreach (var judgement in new[] { 1, 2 })
        {
            using var source = new CancellationTokenSource();
            var outcome = TrunkTraining.Run(recipe, training.Source(), stopped, (_, cancellation) =>
            {
                source.Cancel();
                cancellation.ThrowIfCancellationRequested();
                throw new InvalidOperationException("not cancelled");
            }, TrainingObserver.None, source.Token);
            Assert.Equal((false, 3L * judgement), (outcome.Finished, outcome.Steps));
        }

        Assert.True(training.TrainTrunk(recipe, stopped, validate: (_, _) => new Dictionary<string, double>()).Finished);
        AssertSameTensors(straight, stopped, "trunk.safetensors");
    }

    private static OptimizerKind Optimizer(string name) => name == "sgd" ? OptimizerKind.Sgd : OptimizerKind.AdamW;

    private static int RunToTheEnd(Func<Observer, TrainingOutcome> run, int every)
    {
        for (var runs = 1; runs <= 10; runs++)
        {
            var outcome = run(Observer.StopsAfter(every));
            Assert.Equal(Math.Min(6, runs * every), outcome.Steps);
            if (outcome.Finished) return runs;
        }

        throw new InvalidOperationException("never finished");
    }

    private static void Poison(ModelDirectory model, string name, float value)
    {
        var (tensors, metadata) = TensorFile.Read(model.ProgressFile("trunk"));
        tensors[name].fill_(value);
        TensorFile.Write(model.ProgressFile("trunk"), tensors.Select(tensor => (tensor.Key, tensor.Value)), metadata);
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }
}
