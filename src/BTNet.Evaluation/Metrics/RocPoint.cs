namespace BTNet.Evaluation.Metrics;

/// <summary>What one threshold does: a pair is taken for one person where its score is at least the threshold.</summary>
/// <param name="Threshold">The lowest score accepted; positive infinity at the first point, where nothing is.</param>
/// <param name="FalseAccepts">Pairs of two people that are accepted.</param>
/// <param name="TrueAccepts">Pairs of one person that are accepted.</param>
public readonly record struct RocPoint(double Threshold, int FalseAccepts, int TrueAccepts);
