namespace BTNet.Evaluation.Reports.Html;

/// <summary>What is on a page.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Summary">What was measured, in a sentence or two.</param>
/// <param name="Sections">Its parts, in order.</param>
public sealed record ReportPage(string Title, string Summary, IReadOnlyList<ReportSection> Sections);
