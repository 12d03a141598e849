using System.Globalization;
using BTNet.Gallery;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>With which faces people are enrolled, and how these are fused.</summary>
public sealed record OpenSetTemplateOptions
{
    /// <summary>The most faces of a person.</summary>
    public const int MostFaces = 1000;

    /// <summary>With how many faces each is enrolled, at least 2. Default 3.</summary>
    public int Faces { get; init; } = 3;

    /// <summary>At which resolutions enrolled faces are seen: those of a person at one after the other, from a drawn one on. Default 112 alone.</summary>
    public IReadOnlyList<Resolution> Gallery { get; init; } = [Resolution.Full];

    /// <summary>The ways to fuse them, each measured on the same trials; the others are compared with the first. Default all by itself, mean, mean by quality, and two and three clusters.</summary>
    public IReadOnlyList<TemplateFusion> Fusions { get; init; } = [TemplateFusion.Max, TemplateFusion.Mean, TemplateFusion.QualityMean, TemplateFusion.Clusters(2), TemplateFusion.Clusters(3)];

    /// <summary>What is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Faces is < 2 or > MostFaces) yield return string.Create(CultureInfo.InvariantCulture, $"{Faces} faces of each are to be enrolled and fused; expected 2 to {MostFaces}");
        if (Gallery.Count == 0) yield return "no resolution of enrolled faces is asked for; expected some such as 112, 28, 14";
        if (Fusions.Count == 0) yield return "no way to fuse faces is asked for; expected some such as max, mean";
    }
}
