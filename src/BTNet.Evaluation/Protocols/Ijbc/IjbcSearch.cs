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
        var found = _mated.AsParallel().AsOrdered().WithCancellation(cancellation).Select(probe => Mated(gallery, probes[probe.Template]!, probe.Subject)).ToList();
        var strangers = _unmated.AsParallel().AsOrdered().WithCancellation(cancellation).Select(probe => new UnmatedProbe(_people.Max(person => Score(gallery, person.Templates, probes[probe.Template]!)), probe.Subject)).ToList();
        var identification = OpenSetIdentification.Of([.. found.Select(one => one.Probe)], strangers);
        return new IjbcGalleryResult(
            _gallery.Name, _people.Length, identification, new ClosedSetRanks(found.Select(one => one.Rank)), identification.At(IjbcReport.FalsePositiveRates));
    }

    private (MatedProbe Probe, int Rank) Mated(float[]?[] gallery, float[] probe, int subject)
    {
        var scores = new float[_people.Length];
        var (own, other) = (float.NegativeInfinity, float.NegativeInfinity);
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = Score(gallery, _people[i].Templates, probe);
            if (_people[i].Subject == subject) own = scores[i];
            else other = Math.Max(other, scores[i]);
        }

        // The person's own score is one of those at least as high.
        return (new MatedProbe(own, other, subject), scores.Count(score => score >= own));
    }

    private static float Score(float[]?[] gallery, int[] templates, float[] probe)
    {
        var best = float.NegativeInfinity;
        foreach (var template in templates) best = Math.Max(best, TensorPrimitives.Dot<float>(gallery[template]!, probe));
        return best;
    }
}
