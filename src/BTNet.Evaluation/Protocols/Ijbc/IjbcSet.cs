namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>A template and whom it shows.</summary>
/// <param name="Template">As an index into <see cref="IjbcSet.TemplateIds"/>.</param>
/// <param name="Subject">The person's number.</param>
public readonly record struct TemplateOfSubject(int Template, int Subject);

/// <summary>Enrolled templates.</summary>
/// <param name="Name">For reports: <c>G1</c>.</param>
/// <param name="Templates">At least one; a person may have several.</param>
public sealed record IjbcGallery(string Name, IReadOnlyList<TemplateOfSubject> Templates);

/// <summary>
/// Templates, each of images of one person, to be compared in pairs (1:1) and searched for in galleries (1:N), as IJB-B and IJB-C have them (Maze et al., IARPA Janus Benchmark - C: Face Dataset and
/// Protocol, 2018).
/// </summary>
/// <param name="Name">For reports.</param>
/// <param name="TemplateIds">The number that the lists give each template.</param>
/// <param name="Images">What the templates consist of.</param>
/// <param name="Mates">Pairs of templates of one person, at least one.</param>
/// <param name="Strangers">Pairs of templates of two people, at least one.</param>
/// <param name="Galleries">Enrolled templates; none where there are pairs only.</param>
/// <param name="Probes">The templates that are searched for in every gallery; none where there are pairs only.</param>
/// <param name="Notices">What the user should be told, a sentence each.</param>
/// <param name="MissingImages">Images that the lists name and that are left out already.</param>
public sealed record IjbcSet(
    string Name, IReadOnlyList<int> TemplateIds, IjbcImages Images, TemplatePairs Mates, TemplatePairs Strangers, IReadOnlyList<IjbcGallery> Galleries, IReadOnlyList<TemplateOfSubject> Probes,
    IReadOnlyList<string> Notices, int MissingImages = 0)
{
    /// <summary>The files that were read.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Looks whether all that is named by a number is there.</summary>
    /// <exception cref="ArgumentException">Columns of the images differ in length, or something names a template that there is not.</exception>
    internal void Validate()
    {
        if (!Images.HasEqualColumns) throw new ArgumentException($"{Name}: the columns of the images differ in length; expected a name, a template, a medium, {IjbcImages.PointNumbers} numbers of points and a score an image");
        Require("an image is of", Images.Templates);
        foreach (var pairs in (TemplatePairs[])[Mates, Strangers])
        {
            Require("a pair names", pairs.Enrolled);
            Require("a pair names", pairs.Probes);
        }

        foreach (var gallery in Galleries) Require($"gallery {gallery.Name} names", [.. gallery.Templates.Select(one => one.Template)]);
        Require("a probe is", [.. Probes.Select(probe => probe.Template)]);
    }

    private void Require(string who, ReadOnlySpan<int> templates)
    {
        foreach (var template in templates)
            if (template < 0 || template >= TemplateIds.Count) throw new ArgumentException($"{Name}: {who} template {template}; expected an index into the {TemplateIds.Count} templates");
    }
}
