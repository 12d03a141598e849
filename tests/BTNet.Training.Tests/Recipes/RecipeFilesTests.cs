using BTNet.TestSupport;
using BTNet.Training.Recipes;

namespace BTNet.Training.Tests.Recipes;

public sealed class RecipeFilesTests
{
    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "recipes"), "*.json").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_recipe_that_comes_with_the_project_is_sound(string file)
    {
        var path = Path.Combine(Repository.Root, "recipes", file);

        if (file.Contains("branch", StringComparison.Ordinal)) Assert.Empty(OptionsReader.ReadFile<BranchRecipe>(path).Faults());
        else if (file.Contains("extension", StringComparison.Ordinal)) Assert.Empty(OptionsReader.ReadFile<ExtensionRecipe>(path).Faults());
        else if (file.Contains("distilled", StringComparison.Ordinal)) Assert.Empty(OptionsReader.ReadFile<DistilledTrunkRecipe>(path).Faults());
        else Assert.Empty(OptionsReader.ReadFile<TrunkRecipe>(path).Faults());
    }
}
