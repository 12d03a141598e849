namespace BTNet.Gallery.Postgres;

/// <summary>How much of what a scan finds the index finds too.</summary>
/// <param name="Searches">Enrolled faces that were searched for.</param>
/// <param name="Places">How many subjects were compared for each, the one whose face it is left out.</param>
/// <param name="Recall">The share of the scan's subjects whom the index gave as well, 0 to 1; NaN where there was nothing to search for.</param>
/// <param name="Perfect">The share of searches in which all were the same, 0 to 1.</param>
/// <param name="Index">The middle time of a search by the index.</param>
/// <param name="Scan">The middle time of a search by a scan.</param>
public sealed record PostgresRecall(int Searches, int Places, double Recall, double Perfect, TimeSpan Index, TimeSpan Scan);
