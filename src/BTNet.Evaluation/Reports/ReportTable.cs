namespace BTNet.Evaluation.Reports;

/// <summary>A report as rows and columns of text, for whatever draws tables.</summary>
/// <param name="Title">What the table shows.</param>
/// <param name="Columns">Heads, the first of a row's name.</param>
/// <param name="Rows">Cells, as many a row as there are columns.</param>
/// <param name="Notes">What is to be read below the table, a sentence each.</param>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string> Notes);
