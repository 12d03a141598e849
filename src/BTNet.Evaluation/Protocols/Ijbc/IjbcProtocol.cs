using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>
/// Templates of several images compared in pairs (1:1) and searched for in galleries (1:N). The feature of a template is the sum over its media of the mean over a medium's images, scaled to length 1;
/// likeness is the cosine. Memory is that of the templates, of two integers and a number a pair, and of a few images: not of all of them.
/// </summary>
public static class IjbcProtocol
{
    /// <summary>Measures one network, treating small faces in each of some ways; what they share is computed once.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="set">The templates, pairs and galleries.</param>
    /// <param name="faces">Where the faces of the set's images come from.</param>
    /// <param name="options">How; null for the defaults. Its way is not looked at.</param>
    /// <param name="ways">The ways, a report each.</param>
    /// <param name="progress">Told of images embedded, then of modes compared and searched.</param>
    /// <param name="skipped">Told of each broken image and each template without any; these are left out with what they take part in.</param>
    /// <param name="cancellation">Ends the work between two chunks.</param>
    /// <exception cref="ArgumentException">There is no way, columns of the set's images differ in length, or something names a template that there is not.</exception>
    /// <exception cref="InputException">The options ask for what the network lacks or for scores above 0 that images lack, more is missing or broken than is borne, nothing is left of a list, or the network gives embeddings that are not finite.</exception>
    public static IReadOnlyList<IjbcReport> Run(
        IEmbedder embedder, IjbcSet set, IIjbcFaces faces, IjbcOptions? options, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(faces);
        SmallFaceWays.Require(ways);
        set.Validate();
        (options, skipped) = (options ?? new IjbcOptions(), skipped ?? new SkippedItems());
        foreach (var way in ways) (options with { Way = way }).Validate(embedder.Resolutions);
        ImageWeights.Require(options.Weight, set);
        var lost = new LostTemplates(set, skipped);
        lost.ThrowIfMoreThan(options.GreatestBrokenShare);
        Comparison(lost.Present); // what the lists cannot give is said before hours are spent on embeddings
        Searches(lost.Present);
        (TemplateView Enrolled, TemplateView Probe) Views(IjbcMode mode, SmallFaceWay way) => TemplateView.Of(mode, way, options.FlipAveraging);
        var compared = ways.SelectMany(way => options.Modes.Select(mode => Views(mode, way))).Distinct().ToList();
        var features = TemplateFeatures.Compute(
            embedder, set, faces, [.. compared.SelectMany(views => new[] { views.Enrolled, views.Probe }).Distinct()], options, skipped, progress, cancellation);
        lost.Note(features.Present);

        var comparison = Comparison(features.Present);
        var searches = Searches(features.Present);
        var curves = Each("comparing pairs", views => comparison.Run(features.Of(views.Enrolled), features.Of(views.Probe), cancellation));
        var found = Each("searching galleries", IReadOnlyList<IjbcGalleryResult> (views) => [.. searches.Select(search => search.Run(features.Of(views.Enrolled), features.Of(views.Probe), cancellation))]);
        var leftOut = new IjbcLeftOut(
            set.MissingImages + features.BrokenImages, lost.Count, set.Mates.Count + set.Strangers.Count - comparison.Count, searches.Sum(search => search.SkippedProbes));
        return [.. ways.Select(way => new IjbcReport(
            embedder.Description, set.Name, options with { Way = way }, set.Images.Count - features.BrokenImages, features.Present.Count(present => present), leftOut, set.Notices,
            [.. options.Modes.Select(mode => (Mode: mode, Views: Views(mode, way))).Select(one => new IjbcResult(one.Mode, curves[one.Views], [.. IjbcReport.FalseAcceptRates.Select(curves[one.Views].TarAt)], found[one.Views]))]))];

        IjbcComparison Comparison(bool[] present) => new(set.Mates.Among(present), set.Strangers.Among(present));

        IjbcSearch[] Searches(bool[] present) => [.. set.Galleries.Select(gallery => new IjbcSearch(gallery, set.Probes, present))];

        Dictionary<(TemplateView, TemplateView), T> Each<T>(string stage, Func<(TemplateView Enrolled, TemplateView Probe), T> measure)
        {
            var results = new Dictionary<(TemplateView, TemplateView), T>();
            foreach (var views in compared)
            {
                cancellation.ThrowIfCancellationRequested();
                results.Add(views, measure(views));
                progress?.Report(new WorkProgress(stage, results.Count, compared.Count, "modes"));
            }

            return results;
        }
    }
}
