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

    /// <summary>What to do where two runs differ in the images of a step only, as after a change of the number of ranks; null
    /// where they differ in more.</summary>
    public static string? BatchAdvice(string saved, string now, int ranks)
    {
        var (images, rest) = TakeBatch(saved);
        var (imagesNow, restNow) = TakeBatch(now);
        if (images is null || imagesNow is null || rest != restNow) return null;
        var cure = images % ranks == 0 ? $"give --batch {images / ranks} on {ranks} rank(s)" : $"take a number of ranks that divides {images}";
        return $"It has {images} images in a step over all ranks and this run {imagesNow}: {cure} to go on with it.";
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
        if ((string?)json["joinPlace"] is null or "earliest") json.Remove("joinPlace");
        if (json["loss"] is JsonObject loss && recipe is ExtensionRecipe or DistilledTrunkRecipe)
        {
            if ((double?)loss["people"] == 0) loss.Remove("people");
            if ((string?)loss["distance"] == "cosine") loss.Remove("distance");
        }

        if (recipe is ExtensionRecipe { Branch.Oversampling: 1 }) json["branch"]!.AsObject().Remove("oversampling");
        foreach (var place in (string[])["path", "list", "identities", "imageCacheFolder", "imageCacheMegabytes"]) json["data"]!.AsObject().Remove(place);
        json["faces"] = new JsonObject { ["images"] = source.Count, ["identities"] = source.Identities, ["items"] = ItemsHash(source) };
        if (trunk is not null) json["trunk"] = trunk;
        return json.ToJsonString();
    }

    private static (int? Images, string Others) TakeBatch(string identity)
    {
        try
        {
            var json = JsonNode.Parse(identity)!.AsObject();
            var images = (int?)json["optimization"]?["batch"];
            json["optimization"]?.AsObject().Remove("batch");
            return (images, json.ToJsonString());
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
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
