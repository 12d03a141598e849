using BTNet.Resolutions;

namespace BTNet.Models;

/// <summary>What a manifest says that cannot be.</summary>
internal static class ManifestFaults
{
    private const int GreatestEmbedding = 1 << 16;

    public static IEnumerable<string> Of(ModelManifest manifest)
    {
        // JSON has null where the lists' types have none, and nothing below could be said of it.
        if (manifest.Graphs.Paths.Contains(null!) || manifest.Int8?.Paths.Contains(null!) == true || manifest.Files.Values.Contains(null!) || manifest.FaceStatistics?.Contains(null!) == true || manifest.FaceAppearance?.Contains(null!) == true)
        {
            yield return "an entry of paths, files, faceStatistics or faceAppearance is null";
            yield break;
        }

        if (manifest.EmbeddingSize is < 1 or > GreatestEmbedding) yield return $"embeddingSize is {manifest.EmbeddingSize}, expected 1 to {GreatestEmbedding}";
        if (manifest.Preprocessing != Preprocessing.Standard) yield return $"preprocessing is {manifest.Preprocessing}; expected {Preprocessing.Standard}";
        foreach (var fault in Of(manifest.Graphs, "graphs", manifest)) yield return fault;
        if (manifest.Int8 is { } int8)
        {
            foreach (var fault in Of(int8, "int8", manifest)) yield return fault;
        }

        foreach (var fault in OfFaces(manifest)) yield return fault;
        foreach (var (name, file) in manifest.Files)
        {
            if (!IsWithin(name)) yield return $"files names '{name}', which is no file within the package";
            if (file.Bytes < 0 || file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower)) yield return $"files says of '{name}' {file.Bytes} bytes with SHA-256 '{file.Sha256}'";
        }
    }

    public static IEnumerable<string> Of(FaceAppearance appearance)
    {
        if (appearance.Grid is < FaceAppearance.LeastGrid or > FaceAppearance.GreatestGrid)
            yield return $"faceAppearance has the grid {appearance.Grid}, expected {FaceAppearance.LeastGrid} to {FaceAppearance.GreatestGrid}";
        else if (appearance.Numbers() is null)
            yield return $"faceAppearance has coefficients of {appearance.Coefficients.Length} characters for the grid {appearance.Grid}; expected {FaceAppearance.Count(appearance.Grid)} finite 32-bit floats in Base64";
        if (!double.IsFinite(appearance.Limit)) yield return $"faceAppearance has the limit {appearance.Limit}, expected a finite number";
    }

    private static IEnumerable<string> OfFaces(ModelManifest manifest)
    {
        var (statistics, appearances) = (manifest.FaceStatistics ?? [], manifest.FaceAppearance ?? []);
        foreach (var one in statistics)
        {
            if (Resolution.All.All(level => level.Side != one.Resolution)) yield return $"faceStatistics has the resolution {one.Resolution}; expected some of {string.Join(", ", Resolution.All)}";
            if (!(double.IsFinite(one.MedianNorm) && double.IsFinite(one.LowNorm) && one.NonFacesBelow is null or (>= 0 and <= 1)))
                yield return $"faceStatistics says of {one.Resolution} pixels {one}; expected finite lengths and a share of 0 to 1";
        }

        if (statistics.Select(one => one.Resolution).Distinct().Count() != statistics.Count) yield return "faceStatistics names a resolution twice";
        foreach (var fault in appearances.SelectMany(Of)) yield return fault;
        if (appearances.Select(one => one.Grid).Distinct().Count() != appearances.Count) yield return "faceAppearance names a grid twice";
    }

    private static IEnumerable<string> Of(ModelGraphs graphs, string where, ModelManifest manifest)
    {
        var sides = graphs.Paths.Select(path => path.Resolution).ToList();
        foreach (var side in sides.Where(side => Resolution.All.All(level => level.Side != side))) yield return $"{where}.paths has the resolution {side}; expected some of {string.Join(", ", Resolution.All)}";
        if (!sides.Contains(Resolution.Full.Side)) yield return $"{where}.paths lacks {Resolution.Full}, where every large face goes";
        if (sides.Distinct().Count() != sides.Count) yield return $"{where}.paths names a resolution twice";
        foreach (var name in graphs.Paths.SelectMany(path => new[] { path.Graph, path.FastGraph }).OfType<string>().Append(graphs.Weights.File).Append(graphs.Weights.Index).Where(name => !manifest.Files.ContainsKey(name)))
            yield return $"{where} uses '{name}', which is not among its files";
    }

    /// <summary>A name that leads nowhere else: a package may come from anybody.</summary>
    private static bool IsWithin(string name) =>
        name.Length > 0 && !name.Any(char.IsControl) && !name.Contains('\\', StringComparison.Ordinal) && name.Split('/').All(part => part is not ("" or "." or "..")) && !Path.IsPathRooted(name) && name.IndexOf(':', StringComparison.Ordinal) < 0;
}
