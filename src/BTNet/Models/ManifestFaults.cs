using BTNet.Resolutions;

namespace BTNet.Models;

/// <summary>What a manifest says that cannot be.</summary>
internal static class ManifestFaults
{
    public const int GreatestEmbedding = 1 << 16;

    public static IEnumerable<string> Of(ModelManifest manifest)
    {
        // JSON has null where the lists' types have none, and nothing below could be said of it.
        if (Lacks(manifest.Graphs) || (manifest.Int8 is { } integers && Lacks(integers)) || manifest.Files.Values.Contains(null!) || manifest.FaceStatistics?.Contains(null!) == true || manifest.FaceAppearance?.Contains(null!) == true)
        {
            yield return "an entry of paths, files, faceStatistics or faceAppearance is null";
            yield break;
        }

        if (manifest.EmbeddingSize is < 1 or > GreatestEmbedding) yield return $"embeddingSize is {manifest.EmbeddingSize}, expected 1 to {GreatestEmbedding}";
        if (manifest.Preprocessing != Preprocessing.Standard) yield return $"preprocessing is {manifest.Preprocessing}; expected {Preprocessing.Standard}";
        foreach (var fault in OfVersion(manifest)) yield return fault;
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
        var weights = graphs.Weights is { } stored ? new[] { stored.File, stored.Index } : [];
        foreach (var name in graphs.Paths.SelectMany(path => path.OwnFiles.Append(path.FastGraph)).OfType<string>().Concat(weights).Where(name => !manifest.Files.ContainsKey(name)))
            yield return $"{where} uses '{name}', which is not among its files";
        if (graphs.Weights is null && graphs.Paths.Any(path => path.Input is null)) yield return $"{where} names no weights, which graphs that are not another's take theirs from";
        foreach (var path in graphs.Paths)
        foreach (var fault in OfForeign(path, manifest))
            yield return $"{where}.paths at {path.Resolution} pixels: {fault}";
    }

    /// <summary>Of what only a graph of others may say.</summary>
    private static IEnumerable<string> OfForeign(ResolutionGraph path, ModelManifest manifest)
    {
        if (path.Input is not { } input)
        {
            if (path.Data is not null) yield return "there is data beside a graph that is ours, whose weights are shared";
            if (path.Parameters is null || path.MultiplyAccumulates is null) yield return "parameters and multiplyAccumulates are null, expected numbers for a graph that is ours";
            yield break;
        }

        if (path.Resolution != Resolution.Full.Side) yield return $"input stands at {path.Resolution} pixels, expected {Resolution.Full} only";
        if (path.FastGraph is not null) yield return "fastGraph is given beside input, expected null: a graph of others has one form";
        var faults = input.Faults().ToList();
        foreach (var fault in faults) yield return fault;
        if (faults.Count > 0 || !path.OwnFiles.All(manifest.Files.ContainsKey)) yield break;
        var trunk = RecogniserPackage.TrunkOf(path, manifest.Files);
        if (manifest.Trunk != trunk) yield return $"trunk is '{manifest.Trunk}', expected {trunk}, which is that of '{path.Graph}' and its input";
    }

    /// <summary>What an earlier version does not have: whoever reads only that would not see it, or see it wrongly.</summary>
    private static IEnumerable<string> OfVersion(ModelManifest manifest)
    {
        if (manifest.Width is null && manifest.Recogniser is null) yield return "width is missing, expected the channels of the trunk's first stage";
        if (manifest.FormatVersion < LeastVersion(manifest)) yield return $"formatVersion is {manifest.FormatVersion}, and graphs with an input of their own came with {ModelManifest.ForeignFormatVersion}";
    }

    /// <summary>The lowest format version that can say what a manifest says.</summary>
    public static int LeastVersion(ModelManifest manifest) =>
        manifest.Graphs.Paths.Concat(manifest.Int8?.Paths ?? []).Any(path => path.Input is not null) ? ModelManifest.ForeignFormatVersion : 1;

    private static bool Lacks(ModelGraphs graphs) => graphs.Paths.Contains(null!) || graphs.Paths.Any(path => path.Data?.Contains(null!) == true);

    /// <summary>A name that leads nowhere else: a package may come from anybody.</summary>
    public static bool IsWithin(string name) =>
        name.Length > 0 && !name.Any(char.IsControl) && !name.Contains('\\', StringComparison.Ordinal) && name.Split('/').All(part => part is not ("" or "." or "..")) && !Path.IsPathRooted(name) && name.IndexOf(':', StringComparison.Ordinal) < 0;
}
