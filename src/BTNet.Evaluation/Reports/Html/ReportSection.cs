namespace BTNet.Evaluation.Reports.Html;

/// <summary>A part of a page, made of what one protocol found. A protocol gets onto the page by a class of this kind that draws its report.</summary>
public abstract class ReportSection
{
    private protected ReportSection()
    {
    }

    /// <summary>The heading, also in the page's table of contents.</summary>
    public abstract string Title { get; }

    /// <summary>What stands below the heading.</summary>
    /// <param name="id">Begins every id in it, so that no two of a page are the same.</param>
    internal abstract IEnumerable<Node> Body(string id);
}
