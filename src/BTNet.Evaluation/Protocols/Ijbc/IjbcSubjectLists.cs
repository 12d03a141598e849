using System.Globalization;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Reads whom templates show: comma-separated values under a line of column names, of which TEMPLATE_ID and SUBJECT_ID are needed.</summary>
internal static class IjbcSubjectLists
{
    private const string TemplateColumn = "TEMPLATE_ID";
    private const string SubjectColumn = "SUBJECT_ID";
    private const string Form = $"whole numbers in the columns {TemplateColumn} and {SubjectColumn}";

    /// <summary>Reads galleries and probes; without any of the files there is no 1:N, and that is told.</summary>
    public static (IReadOnlyList<IjbcGallery> Galleries, IReadOnlyList<TemplateOfSubject> Probes, IjbcSubjects Subjects) Read(
        IReadOnlyList<(string Name, string Path)> galleryPaths, string probePath, TemplateNumbers templates, List<string> faults, List<string> notices)
    {
        if (!File.Exists(probePath) && !galleryPaths.Any(gallery => File.Exists(gallery.Path)))
        {
            notices.Add("There are no lists of galleries and probes, so templates are compared in pairs only.");
            return ([], [], new IjbcSubjects());
        }

        List<IjbcGallery> galleries = [.. galleryPaths.Select(gallery => new IjbcGallery(gallery.Name, ReadList(gallery.Path, "a gallery", templates, faults, notices)))];
        var probes = ReadList(probePath, "a list of probes", templates, faults, notices);
        var enrolled = galleries.SelectMany(gallery => gallery.Templates).Select(one => one.Template).ToHashSet();
        var both = probes.Where(probe => enrolled.Contains(probe.Template)).Select(probe => templates.Ids[probe.Template]).ToList();
        if (both.Count > 0) faults.Add($"{probePath}: {both.Count} templates are enrolled as well, first of them {both[0]}; expected templates that are in no gallery");
        var known = new IjbcSubjects();
        foreach (var (path, list) in galleryPaths.Select(gallery => gallery.Path).Zip(galleries.Select(gallery => gallery.Templates)).Append((probePath, probes))) known.Add(path, list, templates, faults);
        List<HashSet<int>> people = [.. galleries.Select(gallery => gallery.Templates.Select(one => one.Subject).ToHashSet())];
        List<int> twice = [.. people.SelectMany(gallery => gallery).CountBy(subject => subject).Where(entry => entry.Value > 1).Select(entry => entry.Key)];
        if (twice.Count > 0) notices.Add(string.Create(CultureInfo.InvariantCulture, $"{twice.Count} people are in more than one gallery, first of them subject {twice[0]}; probes of them count as mated in each. The galleries of IJB-C have nobody in common."));
        var strangers = probes.Count(probe => !people.Exists(gallery => gallery.Contains(probe.Subject)));
        if (strangers > 0) notices.Add($"{strangers} probes are of people in no gallery; they count as unmated in each.");
        return (galleries, probes, known);
    }

    private static List<TemplateOfSubject> ReadList(string path, string what, TemplateNumbers templates, List<string> faults, List<string> notices)
    {
        var (list, subjects, repeats) = (new List<TemplateOfSubject>(), new Dictionary<int, int>(), 0);
        int[]? columns = null;
        var before = faults.Count;
        ListFile.Scan(path, what, "template", Form, line => columns is null ? Head(line) : Take(line), faults);
        if (list.Count == 0 && faults.Count == before) faults.Add($"{path}: holds no template but column names only; expected {what} of at least one");
        if (repeats > 0) notices.Add($"{Path.GetFileName(path)}: {repeats} lines repeat a template with the same subject; it counts once.");
        return list;

        string? Head(ReadOnlySpan<char> line)
        {
            string[] names = [.. line.ToString().Split(',').Select(name => name.Trim(' ', '"', '\uFEFF'))];
            columns = [Find(TemplateColumn), Find(SubjectColumn)];
            return columns.Contains(-1) ? $"the column names {IjbcFields.Quote(line)} lack {(columns[0] < 0 ? TemplateColumn : SubjectColumn)}" : null;

            int Find(string column) => Array.FindIndex(names, name => name.Equals(column, StringComparison.OrdinalIgnoreCase));
        }

        string? Take(ReadOnlySpan<char> line)
        {
            if (columns!.Contains(-1)) return null; // its head is at fault already
            if (Whole(line, columns[0], TemplateColumn, out var template) is { } fault) return fault;
            if (Whole(line, columns[1], SubjectColumn, out var subject) is { } other) return other;
            if (subjects.TryGetValue(template, out var known))
            {
                repeats++;
                return known == subject ? null : $"template {template} is of subject {subject}, and of {known} in a line before";
            }

            subjects.Add(template, subject);
            list.Add(new TemplateOfSubject(templates.Of(template), subject));
            return null;
        }
    }

    private static string? Whole(ReadOnlySpan<char> line, int column, string name, out int number)
    {
        var at = 0;
        foreach (var field in line.Split(','))
        {
            if (at++ != column) continue;
            return IjbcFields.Whole(line[field].Trim().Trim('"'), out number) ? null : $"{name} is {IjbcFields.Quote(line[field])}";
        }

        number = 0;
        return $"{at} values, and none for {name}";
    }
}
