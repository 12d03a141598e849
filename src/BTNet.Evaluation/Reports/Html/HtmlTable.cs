namespace BTNet.Evaluation.Reports.Html;

/// <summary>Tables that scroll in a box of their own where the page is narrow.</summary>
internal static class HtmlTable
{
    /// <summary>A table of text as a table of the page, with its notes below.</summary>
    public static IEnumerable<Node> Of(ReportTable table) =>
    [
        Box(table.Title, Head(table.Columns), Body(table.Rows)).Class("long"),
        .. table.Notes.Select(note => new Element("p", note).Class("note"))
    ];

    /// <summary>The box: it can be reached and scrolled by keyboard.</summary>
    /// <param name="caption">What the table shows.</param>
    /// <param name="parts">Head and bodies.</param>
    public static Element Box(string caption, params IEnumerable<Node> parts) => new Element(
        "div",
        // No caption element: it would be as wide as the table, and be cut off where that scrolls.
        new Element("p", caption).Class("caption").With("aria-hidden", "true"),
        new Element("div", new Element("table", parts).With("aria-label", caption)).Class("scroll").With("tabindex", "0").With("role", "region").With("aria-label", $"{caption} (scrolls)"));

    /// <summary>The row of heads.</summary>
    public static Element Head(IEnumerable<string> columns) => new("thead", new Element("tr", [.. columns.Select(column => new Element("th", column).With("scope", "col"))]));

    /// <summary>Rows of which the first cell is the head.</summary>
    public static Element Body(IEnumerable<IReadOnlyList<string>> rows) => new("tbody", [.. rows.Select(row => Row(row[0], row.Skip(1).Select(cell => new Element("td", cell))))]);

    /// <summary>A row with its head.</summary>
    public static Element Row(string head, IEnumerable<Element> cells) => new("tr", [new Element("th", head).With("scope", "row"), .. cells]);
}
