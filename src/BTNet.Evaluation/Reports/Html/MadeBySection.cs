namespace BTNet.Evaluation.Reports.Html;

/// <summary>Some facts under a heading.</summary>
/// <param name="Heading">Such as <c>Model</c>.</param>
/// <param name="Lines">Name and value each.</param>
public sealed record FactGroup(string Heading, IReadOnlyList<(string Name, string Value)> Lines);

/// <summary>What made a page: data, model, machine, versions, the command line, and when.</summary>
public sealed class MadeBySection : ReportSection
{
    private readonly IReadOnlyList<FactGroup> _groups;

    /// <param name="groups">The facts.</param>
    public MadeBySection(IReadOnlyList<FactGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        _groups = groups;
    }

    /// <inheritdoc />
    public override string Title => "How this page was made";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id) => _groups.Where(group => group.Lines.Count > 0).SelectMany(IEnumerable<Node> (group) =>
    [
        new Element("h3", group.Heading),
        new Element("dl", [.. group.Lines.Select(line => new Element("div", new Element("dt", line.Name), new Element("dd", new Element("bdi", line.Value))))]).Class("facts")
    ]);
}
