using System.Globalization;
using BTNet.Training.Recipes;

namespace BTNet.Training.Demo;

/// <summary>The demo's recipes: the repository's <c>recipes/demo-trunk.json</c> and <c>recipes/demo-branch.json</c>.</summary>
internal static class DemoRecipes
{
    /// <summary>How the trunk is trained.</summary>
    public static TrunkRecipe Trunk(DemoOptions options) => Read<TrunkRecipe>("demo-trunk.json", options, options.TrunkOverrides);

    /// <summary>How each branch is trained.</summary>
    public static BranchRecipe Branch(DemoOptions options) => Read<BranchRecipe>("demo-branch.json", options, options.BranchOverrides);

    private static T Read<T>(string name, DemoOptions options, IReadOnlyDictionary<string, string> overrides)
        where T : class, new()
    {
        using var stream = typeof(DemoRecipes).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the built-in recipe {name} is missing from the assembly");
        using var reader = new StreamReader(stream);
        return OptionsReader.Read<T>(name, reader.ReadToEnd(), new Dictionary<string, string>(overrides)
        {
            ["run.seed"] = options.Seed.ToString(CultureInfo.InvariantCulture)
        });
    }
}
