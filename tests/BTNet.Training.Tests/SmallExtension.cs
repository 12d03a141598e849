using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Backbones.Onnx;
using BTNet.Training.Tests.Data;

namespace BTNet.Training.Tests;

/// <summary>A small recogniser, drawn weights and all, extended on drawn faces.</summary>
internal sealed class SmallExtension : IDisposable
{
    public const int Epochs = 2;
    public const int StepsPerEpoch = 12;

    // One less than a package learns from what faces look like, which takes its time; 192 of them are trained on.
    public const int Pictures = 199;

    private static readonly Lazy<FaceImage[]> Rendered = new(() =>
    {
        var source = new RenderedSource(3, 50, 4);
        return [.. Enumerable.Range(0, source.Count).AsParallel().AsOrdered().WithDegreeOfParallelism(2).Select(source.Load)];
    });

    private readonly TemporaryFolder _folder = new();

    public SmallExtension()
    {
        Trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        Recogniser = new Recogniser(Trunk, RecogniserInput.Named("signed-rgb"));
    }

    public static ExtensionRecipe Recipe { get; } = new()
    {
        Augmentation = new AugmentationOptions { ShiftPixels = 2, RandomKernel = true, Views = 1 },
        Branch = new BranchShape { Blocks = BranchBlocks.Residual, Width = 8, Depth = 1 },
        Tail = new TailChoice { Change = TailChange.ScaleAndShift, Rate = 0.5 },
        Loss = new RecogniserLossOptions(),
        Optimization = new ExtensionRecipe().Optimization with { Epochs = Epochs, Batch = 16, LearningRate = 0.01, WarmUpEpochs = 0 },
        Average = 0.9,
        Run = new RunOptions { LogEvery = 1, SaveEvery = 5, EvaluateEvery = 0, Workers = 1, Precision = PrecisionChoice.Fp32, Layout = LayoutChoice.ChannelsLast, Device = "cpu" }
    };

    /// <summary>Half as long.</summary>
    public static ExtensionRecipe Short { get; } = Recipe with { Optimization = Recipe.Optimization with { Epochs = 1 } };

    public static FaceImage[] Drawn => Rendered.Value;

    public static Resolution Fourteen { get; } = Resolution.Of(14);

    public static Resolution Seven { get; } = Resolution.Of(7);

    public static MemorySource Source => new(Pictures, item => Drawn[item]);

    /// <summary>The same by other files of the same names.</summary>
    public static MemorySource Changed => new(Pictures, item => Drawn[item], version: ", aligned again");

    public OnnxTrunk Trunk { get; }

    public Recogniser Recogniser { get; }

    public string File(string name) => _folder.File(name);

    public ModelDirectory Model(string name) => new(_folder.File($"{name}.training"));

    public string Package(string name) => _folder.File(name);

    public ExtensionRequest Request(string name, Resolution[]? resolutions = null, ExtensionRecipe? recipe = null) => new(resolutions ?? [Fourteen, Seven], recipe ?? Recipe, Model(name), Package(name));

    public ExtensionOutcome Run(string name, Resolution[]? resolutions = null, ExtensionRecipe? recipe = null, SmallTraining.Observer? observer = null, IFaceSource? source = null, IProgress<WorkProgress>? asking = null)
    {
        observer ??= new SmallTraining.Observer();
        return RecogniserExtension.Run(Recogniser, source ?? Source, Request(name, resolutions, recipe), observer.Told, asking, observer.Cancellation);
    }

    public void Dispose()
    {
        Trunk.Dispose();
        _folder.Dispose();
    }

    public sealed class Told<T>(Action<T> told) : IProgress<T>
    {
        public void Report(T value) => told(value);
    }
}
