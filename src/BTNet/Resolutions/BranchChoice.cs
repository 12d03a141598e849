namespace BTNet.Resolutions;

/// <summary>Which branch a face goes to, and by what.</summary>
/// <param name="Branch">The branch: the side of the face that it sees.</param>
/// <param name="Width">Width of the face as it came, in pixels.</param>
/// <param name="Height">Height of the face as it came, in pixels.</param>
/// <param name="Indicator">Which number stood for its size; null where the caller named the branch.</param>
/// <param name="Rule">Which rung that number went to; null where the caller named the branch.</param>
public sealed record BranchChoice(Resolution Branch, int Width, int Height, SizeIndicator? Indicator, LadderRule? Rule)
{
    /// <summary>The choice as a sentence.</summary>
    public override string ToString() => Indicator is { } indicator && Rule is { } rule
        ? $"{Width} x {Height} pixels go to the branch for {Branch} ({indicator} of the sides, {rule})"
        : $"{Width} x {Height} pixels go to the branch for {Branch}, as asked";
}
