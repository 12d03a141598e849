using System.Numerics.Tensors;
using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>
/// Searches every probe in a gallery; a person's score is that of the most alike of the person's templates. InsightFace's 1:N script does otherwise: it joins the galleries into one that has a mate of every
/// probe, and its rates are of single comparisons (docs/reference-differences.md).
/// </summary>
internal sealed class IjbcSearch
{
    private readonly IjbcGallery _gallery;
    private readonly (int Subject, int[] Templates)[] _people;
    private readonly TemplateOfSubject[] _mated;
    private readonly TemplateOfSubject[] _unmated;

    /// <param name="gallery">The gallery.</param>
    /// <param name="probes">What is searched for.</param>
    /// <param name="present">Of each template, whether it is there.</param>
    /// <exception cref="InputException">Nobody is enrolled, or there are no probes of enrolled people or of others.</exception>
    public IjbcSearch(IjbcGallery gallery, IReadOnlyList<TemplateOfSubject> probes, bool[] present)
    {
        _gallery = gallery;
        _people = [.. gallery.Templates.Where(one => present[one.Template]).GroupBy(one => one.Subject, one => one.Template).Select(person => (person.Key, person.ToArray()))];
        var (enrolled, named) = (_people.Select(person => person.Subject).ToHashSet(), gallery.Templates.Select(one => one.Subject).ToHashSet());
        _mated = [.. probes.Where(probe => present[probe.Template] && enrolled.Contains(probe.Subject))];
        // Whoever was to be enrolled and could not be is neither found nor a stranger.
        _unmated = [.. probes.Where(probe => present[probe.Template] && !named.Contains(probe.Subject))];
        SkippedProbes = probes.Count - _mated.Length - _unmated.Length;
        if (_people.Length == 0 || _mated.Length == 0 || _unmated.Length == 0)
        {
            throw new InputException(
                $"gallery {gallery.Name}: {_people.Length} enrolled people, {_mated.Length} probes of these people and {_unmated.Length} of others are left; expected some of each. Mend the lists or the images that are missing or broken");
        }
    }

    /// <summary>Probes that cannot be searched for: they, or all enrolled templates of their person, have no image.</summary>
    public int SkippedProbes { get; }

    /// <summary>Searches.</summary>
    /// <param name="gallery">Unit features of the enrolled templates.</param>
    /// <param name="probes">Those of the others.</param>
    /// <param name="cancellation">Ends the work between two searches.</param>
    public IjbcGalleryResult Run(float[]?[] gallery, float[]?[] probes, CancellationToken cancellation)
    {
        var found = Searches(_mated, probe => probe.Subject);
        var strangers = Searches(_unmated, _ => null);
        var identification = OpenSetIdentification.Of(
            [.. found.Select((one, i) => new MatedProbe(one.Own, one.Other, _mated[i].Subject))], [.. strangers.Select((one, i) => new UnmatedProbe(one.Other, _unmated[i].Subject))]);
        return new IjbcGalleryResult(_gallery.Name, _people.Length, identification, new ClosedSetRanks(found.Select(one => one.Rank)), identification.At(IjbcReport.FalsePositiveRates))
        {
            Hardest = SearchMistake.Hardest(
                found.Index().Where(one => one.Item.Rank > 1 && one.Item.Found >= 0).Select(one => new SearchMistake(_mated[one.Index].Template, one.Item.Found, one.Item.Other, one.Item.Own))
                    .Concat(strangers.Select((one, i) => new SearchMistake(_unmated[i].Template, one.Found, one.Other, null))))
        };

        List<Match> Searches(TemplateOfSubject[] searched, Func<TemplateOfSubject, int?> person) =>
            [.. searched.AsParallel().AsOrdered().WithCancellation(cancellation).Select(probe => Search(gallery, probes[probe.Template]!, person(probe)))];
    }

    /// <summary>What a search found.</summary>
    /// <param name="Own">The score of the right person; negative infinity for a stranger.</param>
    /// <param name="Rank">How many score at least as much.</param>
    /// <param name="Other">The best score of others.</param>
    /// <param name="Found">The template that has it; -1 where there are no others.</param>
    private readonly record struct Match(float Own, int Rank, float Other, int Found);

    private Match Search(float[]?[] gallery, float[] probe, int? subject)
    {
        var scores = new float[_people.Length];
        var (own, other, found) = (float.NegativeInfinity, float.NegativeInfinity, -1);
        for (var i = 0; i < scores.Length; i++)
        {
            (scores[i], var template) = Score(gallery, _people[i].Templates, probe);
            if (_people[i].Subject == subject) own = scores[i];
            else if (scores[i] > other) (other, found) = (scores[i], template);
        }

        // The person's own score is one of those at least as high.
        return new Match(own, scores.Count(score => score >= own), other, found);
    }

    private static (float Score, int Template) Score(float[]?[] gallery, int[] templates, float[] probe)
    {
        var (best, found) = (float.NegativeInfinity, -1);
        foreach (var template in templates)
        {
            var score = TensorPrimitives.Dot<float>(gallery[template]!, probe);
            if (score > best) (best, found) = (score, template);
        }

        return (best, found);
    }
}
