namespace BTNet.Evaluation.Metrics;

/// <summary>A search with a face of somebody who is enrolled, with the place that the person comes in at.</summary>
/// <param name="OwnScore">The score of that person.</param>
/// <param name="Rank">How many enrolled people score at least as much, the person included: 1 for the first. Of people who share a score each gets the last of their places, since a list that is
/// cut among them may hold any of them.</param>
/// <param name="Person">Whose face it is: faces of one person are resampled together.</param>
public readonly record struct RankedProbe(double OwnScore, int Rank, int Person);
