using System.Globalization;

namespace BTNet.Evaluation.Protocols;

/// <summary>Images of which only so many may be lost. Each list is bounded by itself: the hundredth part of a large one would be half of a small one.</summary>
/// <param name="Name">For messages: <c>QMUL-SurvFace, enrolled faces</c>.</param>
/// <param name="Images">As indices into the images of the protocol.</param>
/// <param name="Missing">Images that it names besides, and that were missing when it was read.</param>
internal sealed record ImageList(string Name, IReadOnlyList<int> Images, int Missing)
{
    private const int BrokenNamed = 5;

    /// <summary>Looks whether what is lost is borne. Nothing mends a broken image, so this may be asked before all were decoded.</summary>
    /// <param name="greatestShare">The share from 0 to 1 that is borne, missing and broken ones together.</param>
    /// <param name="broken">The images that could not be decoded, each with its name and the reason.</param>
    /// <exception cref="InputException">More is lost.</exception>
    public void Require(double greatestShare, IReadOnlyDictionary<int, string> broken)
    {
        List<string> lost = [.. Images.Where(broken.ContainsKey).Select(image => broken[image])];
        var all = Images.Count + Missing;
        if (lost.Count == 0 || lost.Count + Missing <= greatestShare * all) return;
        throw new InputException(string.Create(CultureInfo.InvariantCulture,
            $"{Name}: {lost.Count + Missing} of {all} images are missing ({Missing}) or broken ({lost.Count}), more than the {greatestShare:P1} that is borne. First of the broken ones:\n  ")
            + string.Join("\n  ", lost.Take(BrokenNamed)) + "\nMend or remove them, or bear a greater share (--broken-share).");
    }
}
