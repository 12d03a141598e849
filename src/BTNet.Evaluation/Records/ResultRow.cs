namespace BTNet.Evaluation.Records;

/// <summary>What a run of a protocol came to, as a line of a registry.</summary>
/// <param name="About">What was measured, on what, how, when and by which command; by column, in the order of the columns.</param>
/// <param name="Figures">What came out, shares from 0 to 1; null where the data do not allow it. By column, in the order of the columns.</param>
public sealed record ResultRow(IReadOnlyList<(string Column, string Text)> About, IReadOnlyList<(string Column, double? Value)> Figures);

/// <summary>Who measured what.</summary>
/// <param name="Date">When, in UTC.</param>
/// <param name="Model">The model, as it was named.</param>
/// <param name="Fingerprint">Tells its weights from all others.</param>
/// <param name="Computed">In which numbers the network computed, and where where that is a choice.</param>
/// <param name="Machine">What computed.</param>
/// <param name="Program">Name and version of the program.</param>
/// <param name="Command">The command line.</param>
public sealed record ResultOrigin(DateTime Date, string Model, string Fingerprint, string Computed, string Machine, string Program, string Command);
