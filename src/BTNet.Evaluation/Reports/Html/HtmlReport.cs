using System.Globalization;
using System.Text;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>
/// A page about a model in one HTML file that needs neither a network nor scripts: drawings are inline SVG, pictures lie in it as data, and a policy within the page forbids the browser to load anything. It follows
/// the reader's choice of dark or light, can be printed, and can be read on a phone.
/// </summary>
public static class HtmlReport
{
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    private static readonly Lazy<string> Style = new(() =>
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("BTNet.Evaluation.Reports.Html.report.css")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    });

    /// <summary>The page as text.</summary>
    /// <param name="page">What is on it.</param>
    public static string Format(ReportPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        writer.Write("<!DOCTYPE html>\n");
        new Element("html", Head(page), new Element("body", Intro(page), new Element("main", [.. page.Sections.Select(Section)]))).With("lang", "en").WriteTo(writer);
        writer.Write('\n');
        return writer.ToString();
    }

    /// <summary>Writes <see cref="Format"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, ReportPage page) => AtomicFile.WriteText(path, Format(page));

    private static Element Head(ReportPage page) => new(
        "head",
        new Element("meta").With("charset", "utf-8"),
        new Element("meta").With("http-equiv", "Content-Security-Policy").With("content", Policy),
        new Element("meta").With("name", "viewport").With("content", "width=device-width, initial-scale=1"),
        new Element("meta").With("name", "color-scheme").With("content", "light dark"),
        new Element("link").With("rel", "icon").With("href", "data:,"),
        new Element("title", page.Title),
        new Element("style", new StyleSheet(Style.Value)));

    private static Element Intro(ReportPage page) => new(
        "header", new Element("h1", page.Title), new Element("p", page.Summary).Class("summary"),
        new Element("nav", new Element("ul", [.. page.Sections.Index().Select(entry => new Element("li", new Element("a", entry.Item.Title).With("href", $"#{Id(entry.Index)}")))])).With("aria-label", "Sections"));

    private static Element Section(ReportSection section, int index) =>
        new Element("section", [new Element("h2", section.Title).With("id", $"{Id(index)}-h"), .. section.Body(Id(index))]).With("id", Id(index)).With("aria-labelledby", $"{Id(index)}-h");

    private static string Id(int index) => $"s{index + 1}";

    /// <summary>Browsers take what a style element holds as it is, so it is not escaped; it is this project's own.</summary>
    private sealed class StyleSheet(string text) : Node
    {
        public override void WriteTo(TextWriter writer) => writer.Write($"\n{text}");
    }
}
