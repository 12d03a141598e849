using System.Globalization;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Whom each template shows, by the lists of galleries and probes, and where these or the pairs' labels contradict each other.</summary>
internal sealed class IjbcSubjects
{
    private const int Unknown = -1;

    private readonly Dictionary<int, (int Subject, string List)> _subjects = [];

    /// <summary>Adds a list.</summary>
    /// <param name="path">The file.</param>
    /// <param name="list">What it names.</param>
    /// <param name="templates">The templates' numbers.</param>
    /// <param name="faults">Gets each template that another list gives to somebody else.</param>
    public void Add(string path, IReadOnlyList<TemplateOfSubject> list, TemplateNumbers templates, List<string> faults)
    {
        foreach (var (template, subject) in list)
        {
            if (_subjects.TryAdd(template, (subject, path)) || _subjects[template].Subject == subject) continue;
            var known = _subjects[template];
            faults.Add(string.Create(CultureInfo.InvariantCulture, $"{path}: template {templates.Ids[template]} is of subject {subject}, and of {known.Subject} in {known.List}; expected one subject a template"));
        }
    }

    /// <summary>Says how many labels of pairs contradict the lists: real ones hold some, and the references take the labels as they are.</summary>
    /// <param name="path">The list of pairs.</param>
    /// <param name="mates">Pairs labelled 1.</param>
    /// <param name="strangers">Pairs labelled 0.</param>
    /// <param name="templates">How many templates there are.</param>
    /// <param name="notices">Gets it.</param>
    public void Compare(string path, TemplatePairs mates, TemplatePairs strangers, int templates, List<string> notices)
    {
        var subjects = new int[templates]; // there are millions of pairs
        Array.Fill(subjects, Unknown);
        foreach (var (template, known) in _subjects) subjects[template] = known.Subject;
        var (apart, together) = (Count(mates, alike: false), Count(strangers, alike: true));
        if (apart + together > 0)
        {
            notices.Add(string.Create(CultureInfo.InvariantCulture,
                $"{Path.GetFileName(path)}: {apart} pairs are labelled 1 whose templates the lists of galleries and probes give to two people, and {together} are labelled 0 whose templates they give to one; the labels are taken as they are."));
        }

        int Count(TemplatePairs pairs, bool alike)
        {
            var count = 0;
            for (var i = 0; i < pairs.Count; i++)
            {
                var (first, second) = (subjects[pairs.Enrolled[i]], subjects[pairs.Probes[i]]);
                if (first != Unknown && second != Unknown && (first == second) == alike) count++;
            }

            return count;
        }
    }
}
