using System.Globalization;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>An element of HTML or SVG. What is foreign gets into a page only as text or as the value of an attribute, and both are escaped.</summary>
internal sealed class Element : Node
{
    // Those of HTML that have no end tag.
    private static readonly HashSet<string> Void = ["meta", "link", "img", "br"];

    private readonly string _name;
    private readonly List<(string Name, string Value)> _attributes = [];
    private readonly List<Node> _content;

    /// <param name="name">Of the project's own choice, never foreign.</param>
    /// <param name="content">Elements and texts.</param>
    public Element(string name, params IEnumerable<Node> content) => (_name, _content) = (name, [.. content]);

    /// <summary>Adds an attribute.</summary>
    public Element With(string attribute, string value)
    {
        _attributes.Add((attribute, value));
        return this;
    }

    /// <summary>Adds an attribute that is a place or a length in a drawing.</summary>
    public Element With(string attribute, double value) => With(attribute, Number(value));

    /// <summary>Adds classes of the style sheet.</summary>
    public Element Class(string classes) => With("class", classes);

    /// <summary>Adds content.</summary>
    public Element Add(params IEnumerable<Node> content)
    {
        _content.AddRange(content);
        return this;
    }

    /// <summary>A place or length in a drawing: to a hundredth of its units, which nobody sees.</summary>
    public static string Number(double value) => Math.Round(value, 2).ToString("0.##", CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public override void WriteTo(TextWriter writer)
    {
        writer.Write($"<{_name}");
        foreach (var (name, value) in _attributes)
        {
            writer.Write($" {name}=\"");
            WriteText(writer, value);
            writer.Write('"');
        }

        if (Void.Contains(_name))
        {
            writer.Write(" />");
            return;
        }

        writer.Write('>');
        foreach (var part in _content) part.WriteTo(writer);
        writer.Write($"</{_name}>");
        if (_name is "p" or "tr" or "section" or "figure" or "h2" or "h3" or "svg" or "div" or "style" or "head" or "li") writer.Write('\n');
    }
}
