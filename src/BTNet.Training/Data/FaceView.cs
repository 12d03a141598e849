using BTNet.Resolutions;

namespace BTNet.Training.Data;

/// <summary>What a batch shows of each picture: <see cref="TrunkView"/> or <see cref="BranchView"/>.</summary>
public abstract record FaceView
{
    private protected FaceView()
    {
    }

    /// <summary>What is wrong with it, a sentence each; empty where nothing is.</summary>
    public abstract IReadOnlyList<string> Faults();
}

/// <summary>A resolution and how often it is drawn.</summary>
/// <param name="Resolution">The resolution.</param>
/// <param name="Weight">How often, against the other weights; 0 for never.</param>
public sealed record ResolutionWeight(Resolution Resolution, double Weight = 1);

/// <summary>
/// For training the trunk: each picture reduced to a resolution drawn at random and enlarged back to 112 (bilinear), so
/// that one network sees faces of every size; the paper, section 3.
/// </summary>
/// <param name="Resolutions">What is drawn from.</param>
public sealed record TrunkView(IReadOnlyList<ResolutionWeight> Resolutions) : FaceView
{
    /// <summary>112, 56, 28, 14 and 7, each as often.</summary>
    public static TrunkView Even { get; } = new([.. Resolution.All.Select(resolution => new ResolutionWeight(resolution))]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Faults() =>
        Resolutions.Any(drawn => !(drawn.Weight >= 0 && double.IsFinite(drawn.Weight))) || !(Resolutions.Sum(drawn => drawn.Weight) > 0)
            ? ["the weights of the resolutions are expected to be 0 or more, one of them more"]
            : [];
}

/// <summary>For training a branch: each picture at 112 for the teacher and the same picture reduced for the branch.</summary>
/// <param name="Resolution">The branch's resolution, below 112.</param>
public sealed record BranchView(Resolution Resolution) : FaceView
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Faults() =>
        Resolution.Side > 0 && !Resolution.IsFull ? [] : [$"there is no branch for {Resolution}; expected one of {string.Join(", ", Resolution.All.Skip(1))}"];
}
