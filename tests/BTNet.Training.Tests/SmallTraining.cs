using System.Text.Json.Nodes;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Data;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

/// <summary>Six people of four pictures each in a folder, and recipes of three steps an epoch on them.</summary>
internal sealed class SmallTraining : IDisposable
{
    public const int StepsPerEpoch = 3;

    private readonly TemporaryFolder _folder = new();

    public SmallTraining(int people = 6)
    {
        for (var person = 0; person < people; person++)
        {
            Directory.CreateDirectory(Path.Combine(Faces, $"person {person}"));
            for (var picture = 0; picture < 4; picture++)
            {
                // One pattern a person, moved a little from picture to picture.
                var (width, height) = (112 + (4 * picture), 112 + picture);
                File.WriteAllBytes(Picture(person, picture), FaceEncoder.EncodeJpeg(TestFaces.Pattern(width, height, 3 * person), 90));
            }
        }
    }

    public static TrunkRecipe Trunk { get; } = new()
    {
        Backbone = SmallNetworks.Spec,
        Resolutions = [112, 14],
        Margin = new MarginOptions { Kind = MarginKind.CurricularFace, Margin = 0.2, Scale = 16, SampleRate = 0.5 },
        Optimization = new OptimizationOptions { Epochs = 2, Batch = 8, LearningRate = 0.05, WarmUpEpochs = 0.5 },
        Run = new RunOptions { LogEvery = 1, SaveEvery = 2, EvaluateEvery = 0, Workers = 1, Seed = 7, Precision = PrecisionChoice.Fp32, Layout = LayoutChoice.ChannelsLast }
    };

    public static BranchRecipe Branch { get; } = new()
    {
        Margin = Trunk.Margin,
        Optimization = new OptimizationOptions { Epochs = 2, Batch = 8, LearningRate = 0.01, WarmUpEpochs = 0 },
        Run = Trunk.Run
    };

    public static Resolution Fourteen { get; } = Resolution.Of(14);

    public string Faces => _folder.File("faces");

    /// <summary>A folder with a fresh trunk and a classifier of six people.</summary>
    public static ModelDirectory WithTrunk(SmallTraining training, string name)
    {
        var model = training.Model(name);
        using var trunk = SmallNetworks.Trunk();
        using var classifier = SmallNetworks.Classifier();
        model.Save(trunk, "{}");
        model.Save(classifier, [.. Enumerable.Range(0, 6).Select(person => $"person {person}")]);
        return model;
    }

    public ModelDirectory Model(string name = "model") => new(_folder.File(name));

    public FolderSource Source(IReadOnlyCollection<string>? people = null) => new(Faces, new FolderSourceOptions { Identities = people?.ToHashSet() });

    public string Picture(int person, int picture) => Path.Combine(Faces, $"person {person}", $"{picture}.jpg");

    public TrainingOutcome TrainTrunk(TrunkRecipe recipe, ModelDirectory model, Observer? observer = null, Validation? validate = null) =>
        TrunkTraining.Run(recipe, Source(), model, validate, (observer ??= new Observer()).Told, observer.Cancellation);

    public TrainingOutcome TrainBranch(BranchRecipe recipe, ModelDirectory model, Observer? observer = null) =>
        BranchTraining.Run(recipe, Fourteen, Source(), model, validate: null, (observer ??= new Observer()).Told, observer.Cancellation);

    public static List<JsonObject> Log(ModelDirectory model, string name) =>
        [.. File.ReadLines(Path.Combine(model.Path, $"{name}.log.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];

    public static void AssertSameTensors(ModelDirectory expected, ModelDirectory actual, string file)
    {
        using var scope = NewDisposeScope();
        var (left, _) = TensorFile.Read(Path.Combine(expected.Path, file));
        var (right, _) = TensorFile.Read(Path.Combine(actual.Path, file));
        Assert.Equal(left.Keys, right.Keys);
        foreach (var (key, tensor) in left) Assert.True(SmallNetworks.AreEqual(tensor, right[key]), $"{key} of {file}");
        foreach (var tensor in left.Values.Concat(right.Values)) tensor.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Keeps what it is told and does something at a step.</summary>
    public sealed class Observer : IProgress<TrainingProgress>
    {
        private readonly CancellationTokenSource _source = new();

        public Action<TrainingProgress, CancellationTokenSource>? AtEachStep { get; init; }

        public CancellationToken Cancellation => _source.Token;

        public TrainingObserver Told => new(this, Messages.Add);

        public List<TrainingProgress> Steps { get; } = [];

        public List<string> Messages { get; } = [];

        /// <summary>Cancels after some more steps.</summary>
        public static Observer StopsAfter(int steps)
        {
            var done = 0;
            return new Observer { AtEachStep = (_, source) => { if (++done == steps) source.Cancel(); } };
        }

        public void Report(TrainingProgress value)
        {
            Steps.Add(value);
            AtEachStep?.Invoke(value, _source);
        }
    }
}
