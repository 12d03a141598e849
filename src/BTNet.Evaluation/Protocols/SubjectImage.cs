namespace BTNet.Evaluation.Protocols;

/// <summary>An image of somebody known by a number.</summary>
/// <param name="Path">Below the folder of the data set.</param>
/// <param name="Person">Who it is.</param>
internal sealed record SubjectImage(string Path, string Person);
