using BTNet.Resolutions;

namespace BTNet.Training;

/// <summary>What is exported.</summary>
public sealed record ExportOptions
{
    /// <summary>Branches to export beside the trunk; null, the default, for all of the checkpoint.</summary>
    public IReadOnlyCollection<Resolution>? Branches { get; init; }

    /// <summary>The most that a face's two embeddings, by torch and by ONNX Runtime, may be apart: 1 less their cosine. Default 1e-4.</summary>
    public double Tolerance { get; init; } = 1e-4;
}
