namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>Two images to be compared.</summary>
/// <param name="First">Index of the first in <see cref="PairSet.Images"/>.</param>
/// <param name="Second">Index of the second.</param>
/// <param name="Same">Whether both show one person.</param>
/// <param name="Fold">The fold that the pair belongs to, from 0.</param>
public readonly record struct FacePair(int First, int Second, bool Same, int Fold);
