namespace BTNet.Evaluation.Reports.Html;

/// <summary>Figures with what is written above and below them, side by side where there is room.</summary>
internal static class Figure
{
    /// <summary>A drawing with its caption.</summary>
    public static Element Of(string caption, Element drawing) => new Element("figure", new Element("figcaption", caption), drawing);

    /// <summary>Figures beside each other, under each other where the page is narrow.</summary>
    public static Element Grid(string kind, IEnumerable<Element> figures) => new Element("div", [.. figures]).Class($"figures {kind}");

    /// <summary>What the curves of the figures below are.</summary>
    public static Element Legend(IEnumerable<(string Name, SeriesStyle Style)> entries) =>
        new Element("ul", [.. entries.Select(entry => new Element("li", entry.Style.Swatch(), new Element("span", entry.Name)))]).Class("legend");
}
