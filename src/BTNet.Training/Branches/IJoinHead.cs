using BTNet.Training.Backbones;
using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>A branch's own layers: from <c>[N, 3, r, r]</c>, <c>(x / 255 - 0.5) / 0.5</c>, to the map at the join.</summary>
internal interface IJoinHead : IDisposable
{
    /// <summary>Every tensor of it.</summary>
    IEnumerable<Weight> Weights { get; }

    /// <summary>For one face.</summary>
    long MultiplyAccumulates { get; }

    /// <summary>The map.</summary>
    Tensor Map(Tensor images, bool training, StepProbe? probe);
}
