using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using BTNet.Resolutions;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;

namespace BTNet.Training;

/// <summary>What makes two runs the same run: everything that the weights depend on.</summary>
internal static class RunIdentity
{
    private const string Earliest = "earliest";

    /// <summary>How many broken pictures are borne decides whether a run goes on, not what comes of it. Versions before named it.</summary>
    private const string BrokenShare = "greatestBrokenShare";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }
    };

    /// <summary>The options of augmentation that there were not from the first, with their defaults.</summary>
    private static readonly KeyValuePair<string, JsonNode?>[] LaterAugmentation =
        [.. JsonSerializer.SerializeToNode(new AugmentationOptions(), Json)!.AsObject().Where(option => option.Key is not ("flip" or "shiftPixels" or "randomKernel" or "kernel" or "brightnessJitter"))];

    /// <summary>A trunk's run.</summary>
    public static string Of(TrunkRecipe recipe, IFaceSource source, IProcessGroup group) => Of(recipe, recipe.Run, recipe.Optimization, source, trunk: null, group);

    /// <summary>A branch's run.</summary>
    public static string Of(BranchRecipe recipe, IFaceSource source, string trunk, IProcessGroup group) => Of(recipe, recipe.Run, recipe.Optimization, source, trunk, group);

    /// <summary>A run that extends a recogniser by the branch of a resolution, which what is left to be chosen of the branch depends on.</summary>
    public static string Of(ExtensionRecipe recipe, Resolution resolution, IFaceSource source, string recogniser) => Of(
        recipe with { JoinPlace = recipe.Join is null ? recipe.Place : null, Branch = recipe.Branch with { Oversampling = recipe.Branch.For(resolution.Side).Oversampling } }, recipe.Run, recipe.Optimization, source, recogniser, OneProcess.Instance);

    /// <summary>A run that distils a recogniser into a trunk.</summary>
    public static string Of(DistilledTrunkRecipe recipe, IFaceSource source, string recogniser) => Of(recipe, recipe.Run, recipe.Optimization, source, recogniser, OneProcess.Instance);

    /// <summary>Whether a run that was saved is this one. Versions before named what changes no weight too.</summary>
    public static bool IsSame(string saved, string now) => saved == now || Without(saved).Others == Without(now).Others;

    /// <summary>What to do where two runs differ in one thing only that has a cure; null where they differ in more.</summary>
    /// <param name="saved">The run that was saved.</param>
    /// <param name="now">The run that would go on with it.</param>
    /// <param name="ranks">How many ranks would.</param>
    public static string? Advice(string saved, string now, int ranks) => BatchAdvice(saved, now, ranks) ?? JoinAdvice(saved, now);

    /// <summary>As after a change of the number of ranks.</summary>
    private static string? BatchAdvice(string saved, string now, int ranks)
    {
        var (was, rest) = Without(saved, "optimization", "batch");
        var (isNow, restNow) = Without(now, "optimization", "batch");
        if (!int.TryParse(was, out var images) || !int.TryParse(isNow, out var imagesNow) || rest != restNow) return null;
        var cure = images % ranks == 0 ? $"give --batch {images / ranks} on {ranks} rank(s)" : $"take a number of ranks that divides {images}";
        return $"It has {images} images in a step over all ranks and this run {imagesNow}: {cure} to go on with it.";
    }

    /// <summary>As after an update: the deepest map was not always the default, and the earliest is not named.</summary>
    private static string? JoinAdvice(string saved, string now)
    {
        var (was, rest) = Without(saved, "joinPlace");
        var (isNow, restNow) = Without(now, "joinPlace");
        return was != isNow && rest == restNow ? $"It joins the {was ?? Earliest} map and this run the {isNow ?? Earliest}: say --set joinPlace={was ?? Earliest} to go on with it." : null;
    }

    /// <summary>What the loader prepares by a recipe.</summary>
    public static FaceBatchLoaderOptions Loader(FaceView view, DataOptions data, AugmentationOptions augmentation, OptimizationOptions optimization, RunOptions run, IProcessGroup group) => new()
    {
        View = view,
        BatchSize = optimization.Batch,
        Share = new BatchShare(group.Rank, group.Size),
        Seed = run.Seed,
        Augmentation = augmentation,
        Workers = run.Workers == 0 ? Environment.ProcessorCount : run.Workers,
        GreatestBrokenShare = data.GreatestBrokenShare
    };

    private static string Of<T>(T recipe, RunOptions run, OptimizationOptions optimization, IFaceSource source, string? trunk, IProcessGroup group)
    {
        var json = JsonSerializer.SerializeToNode(recipe, Json)!.AsObject();
        // How often to save, judge and log, and where the files lie on this machine, changes no weight.
        json["run"] = new JsonObject { ["seed"] = run.Seed };
        // A step is of the images of all ranks; by how many they are shared changes no weight but by rounding and batch norm.
        json["optimization"]!["batch"] = optimization.Batch * group.Size;
        json.Remove("startFrom");
        // Runs that were saved before there were these options go on.
        foreach (var (key, unused) in LaterAugmentation)
            if (JsonNode.DeepEquals(json["augmentation"]![key], unused)) json["augmentation"]!.AsObject().Remove(key);
        if (recipe is BranchRecipe { Average: 0 }) json.Remove("average");
        if ((double?)json["blends"] == 0) json.Remove("blends");
        if ((int?)json["drawn"] == 0) json.Remove("drawn");
        if ((string?)json["joinPlace"] is null or Earliest) json.Remove("joinPlace");
        if (json["loss"] is JsonObject loss && recipe is ExtensionRecipe or DistilledTrunkRecipe)
        {
            if ((double?)loss["people"] == 0) loss.Remove("people");
            if ((string?)loss["distance"] == "cosine") loss.Remove("distance");
        }

        if (recipe is ExtensionRecipe { Branch.Oversampling: 1 }) json["branch"]!.AsObject().Remove("oversampling");
        foreach (var place in (string[])["path", "list", "identities", "imageCacheFolder", "imageCacheMegabytes", BrokenShare]) json["data"]!.AsObject().Remove(place);
        json["faces"] = new JsonObject { ["images"] = source.Count, ["identities"] = source.Identities, ["items"] = ItemsHash(source) };
        if (trunk is not null) json["trunk"] = trunk;
        return json.ToJsonString();
    }

    /// <summary>A run without one of its options, and without what changes no weight; and that option, null where it does not say.</summary>
    private static (string? Value, string Others) Without(string identity, params ReadOnlySpan<string> path)
    {
        try
        {
            if (JsonNode.Parse(identity) is not JsonObject json) return (null, identity);
            (json["data"] as JsonObject)?.Remove(BrokenShare);
            var group = json;
            for (var at = 0; at < path.Length - 1 && group is not null; at++) group = group[path[at]] as JsonObject;
            if (path.IsEmpty || group is null) return (null, json.ToJsonString());
            var value = group[path[^1]]?.ToString();
            group.Remove(path[^1]);
            return (value, json.ToJsonString());
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
        {
            return (null, identity); // a damaged file's, which no run has
        }
    }

    /// <summary>Tells the pictures as they are from what they were: the versions of all, without the folder that they lie in, so that a set that was moved stays what it was.</summary>
    public static string PicturesHash(IFaceSource source)
    {
        var versions = new ulong[source.Count];
        // Side by side: a look at each file takes long on a disk far away.
        Parallel.For(0, versions.Length, item =>
        {
            var version = source.VersionOf(item);
            if (Path.GetDirectoryName(source.NameOf(item)) is { Length: > 0 } folder) version = version.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
            versions[item] = XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(version));
        });
        return XxHash64.HashToUInt64(MemoryMarshal.AsBytes<ulong>(versions)).ToString("x16");
    }

    /// <summary>Tells one choice of people and images from another of as many.</summary>
    public static string ItemsHash(IFaceSource source)
    {
        var hash = new XxHash64();
        for (var label = 0; label < source.Identities; label++) hash.Append(Encoding.UTF8.GetBytes(source.IdentityName(label) + "\n"));
        for (var item = 0; item < source.Count; item++) hash.Append(Encoding.UTF8.GetBytes($"{source.LabelOf(item)} {Path.GetFileName(source.NameOf(item))}\n"));
        return hash.GetCurrentHashAsUInt64().ToString("x16");
    }
}
