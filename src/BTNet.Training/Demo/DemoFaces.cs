using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Data.Rendered;

namespace BTNet.Training.Demo;

/// <summary>The synthetic people of the demo.</summary>
internal static class DemoFaces
{
    private const int Folds = 10;
    private const int ShownPeople = 6;

    /// <summary>People to judge on: numbers behind those that are trained on.</summary>
    public static RenderedSource Judged(DemoOptions options, int trainedPeople) =>
        new(options.Seed, options.JudgedPeople, options.JudgedImages, firstIdentity: trainedPeople);

    /// <summary>Pairs over them in ten folds.</summary>
    public static PairSet Pairs(DemoOptions options, RenderedSource people)
    {
        var pairs = RenderedPairs.Make(people, options.Pairs, options.Seed);
        // Drawn once: every resolution looks at each picture again.
        var images = Enumerable.Range(0, people.Count).Select(item =>
        {
            var drawn = new Lazy<FaceImage>(() => people.Load(item));
            return new ListedImage(people.NameOf(item), () => drawn.Value);
        });
        return new PairSet(
            $"{options.Pairs} pairs of {people.Identities} synthetic people, none of them trained on",
            [.. images], [.. pairs.Select((pair, i) => new FacePair(pair.First, pair.Second, pair.Same, i * Folds / pairs.Count))]);
    }

    /// <summary>What each resolution looks like.</summary>
    public static FaceImage ContactSheet(RenderedSource people, IReadOnlyList<Resolution> branches) => Evaluation.Reports.ContactSheet.Draw(
        "What each resolution looks like (synthetic faces)",
        [.. new[] { Resolution.Full }.Concat(branches).Select(resolution => new ContactSheetRow(
            $"{resolution} px",
            [.. Enumerable.Range(0, Math.Min(ShownPeople, people.Identities)).Select(person =>
                FaceResizer.Resize(people.Load(person * people.ImagesPerIdentity), resolution.Side, resolution.Side))]))]);
}
