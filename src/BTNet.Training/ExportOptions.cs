using BTNet.Resolutions;

namespace BTNet.Training;

/// <summary>What is exported.</summary>
public sealed record ExportOptions
{
    /// <summary>Branches to export beside the trunk; null, the default, for all of the checkpoint.</summary>
    public IReadOnlyCollection<Resolution>? Branches { get; init; }

    /// <summary>The most that a face's two embeddings, by torch and by ONNX Runtime, may be apart: 1 less their cosine. Default 1e-4.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Whether the faces are photographs of people, aligned as the model's faces will be: from 200 and more of them the package
    /// learns what such a face looks like (<see cref="Export.AppearanceFit"/>). Drawn ones teach nothing. Default false.</summary>
    public bool FacesAreReal { get; init; }

    /// <summary>Every fault of these options, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (Branches?.GroupBy(branch => branch).Where(same => same.Count() > 1).Select(same => same.Key).ToList() is { Count: > 0 } twice)
            yield return $"Branches has {string.Join(", ", twice)} more than once, expected each once";
        if (Branches?.Any(branch => branch.IsFull) == true) yield return $"Branches has {Resolution.Full}, expected those beside the trunk alone";
        if (double.IsNaN(Tolerance)) yield return "Tolerance is no number, expected one such as 1e-4";
    }
}
