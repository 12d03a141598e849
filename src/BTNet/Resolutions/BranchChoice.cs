namespace BTNet.Resolutions;

/// <summary>Which branch a face goes to, and by what.</summary>
/// <param name="Branch">The branch: the side of the face that it sees.</param>
/// <param name="Width">Width of the face as it came, in pixels.</param>
/// <param name="Height">Height of the face as it came, in pixels.</param>
/// <param name="Indicator">Which number stood for its size; null where the caller named the branch.</param>
/// <param name="Rule">Which rung that number went to; null where the caller named the branch.</param>
public sealed record BranchChoice(Resolution Branch, int Width, int Height, SizeIndicator? Indicator, LadderRule? Rule)
{
    /// <summary>Whether the branch is for faces at least twice as large: there was none nearer, and most of the pixels that it sees are made up.</summary>
    public bool IsEnlarged => 2L * Math.Max(Width, Height) <= Branch.Side;

    /// <summary>The choice as a sentence.</summary>
    public override string ToString()
    {
        var choice = $"{Width} x {Height} pixels go to the branch for {Branch}{(IsEnlarged ? ", enlarged" : "")}";
        return Indicator is { } indicator && Rule is { } rule ? $"{choice} ({indicator} of the sides, {rule})" : $"{choice}, as asked";
    }
}
