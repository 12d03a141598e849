using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using BTNet.Training.Data;
using BTNet.Training.Recipes;

namespace BTNet.Training;

/// <summary>What makes two runs the same run: everything that the weights depend on.</summary>
internal static class RunIdentity
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }
    };

    /// <summary>A trunk's run.</summary>
    public static string Of(TrunkRecipe recipe, IFaceSource source) => Of(recipe, recipe.Run, source, trunk: null);

    /// <summary>A branch's run.</summary>
    public static string Of(BranchRecipe recipe, IFaceSource source, string trunk) => Of(recipe, recipe.Run, source, trunk);

    /// <summary>What the loader prepares by a recipe.</summary>
    public static FaceBatchLoaderOptions Loader(FaceView view, DataOptions data, AugmentationOptions augmentation, OptimizationOptions optimization, RunOptions run) => new()
    {
        View = view,
        BatchSize = optimization.Batch,
        Seed = run.Seed,
        Augmentation = augmentation,
        Workers = run.Workers == 0 ? Environment.ProcessorCount : run.Workers,
        GreatestBrokenShare = data.GreatestBrokenShare
    };

    private static string Of<T>(T recipe, RunOptions run, IFaceSource source, string? trunk)
    {
        var json = JsonSerializer.SerializeToNode(recipe, Json)!.AsObject();
        // How often to save, judge and log, and where the files lie on this machine, changes no weight.
        json["run"] = new JsonObject { ["seed"] = run.Seed };
        json.Remove("startFrom");
        // Runs that were saved before there were fixed views go on.
        if ((int)json["augmentation"]!["views"]! == 0) json["augmentation"]!.AsObject().Remove("views");
        foreach (var place in (string[])["path", "list", "identities"]) json["data"]!.AsObject().Remove(place);
        json["faces"] = new JsonObject { ["images"] = source.Count, ["identities"] = source.Identities, ["items"] = ItemsHash(source) };
        if (trunk is not null) json["trunk"] = trunk;
        return json.ToJsonString();
    }

    /// <summary>Tells one choice of people and images from another of as many.</summary>
    private static string ItemsHash(IFaceSource source)
    {
        var hash = new XxHash64();
        for (var label = 0; label < source.Identities; label++) hash.Append(Encoding.UTF8.GetBytes(source.IdentityName(label) + "\n"));
        for (var item = 0; item < source.Count; item++) hash.Append(Encoding.UTF8.GetBytes($"{source.LabelOf(item)} {Path.GetFileName(source.NameOf(item))}\n"));
        return hash.GetCurrentHashAsUInt64().ToString("x16");
    }
}
