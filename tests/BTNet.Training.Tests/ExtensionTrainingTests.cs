using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Data;
using BTNet.Training.Tests.Data;

namespace BTNet.Training.Tests;

public sealed class ExtensionTrainingTests
{
    [Fact]
    public void What_a_branch_would_learn_from_is_drawn_of_each_kind_without_what_is_kept_and_past_what_is_broken()
    {
        // Of 50 pictures 24 and 49 are kept to measure with.
        var source = new MemorySource(50, item => item switch
        {
            0 => throw new InputException("is no picture"),
            24 or 49 => throw new InvalidOperationException("is kept"),
            _ => TestFaces.Pattern(112, 112, item)
        });
        var recipe = SmallExtension.Recipe with { Blends = 0.5, Drawn = 2 };
        var skipped = new SkippedItems();

        var (page, faces) = Draw(recipe, source, skipped);

        Assert.Equal((8, "skipped pattern 0: is no picture"), (faces, Assert.Single(skipped.First)));
        var (less, fewer) = Draw(SmallExtension.Recipe, source, new SkippedItems());
        Assert.Equal((3, 5 * (112 + 6) * 2), (fewer, page.Height - less.Height));
    }

    [Fact]
    public void Pictures_of_which_none_can_be_read_are_refused() => Assert.Contains(
        "none of the pictures that were tried can be read", Assert.Throws<InputException>(() => Draw(SmallExtension.Recipe, new MemorySource(5, _ => throw new InputException("is no picture")), new SkippedItems())).Message, StringComparison.Ordinal);

    private static (FaceImage Page, int Faces) Draw(Training.Recipes.ExtensionRecipe recipe, IFaceSource source, SkippedItems skipped) => ExtensionTraining.DrawViews(recipe, source, Resolution.Of(14), faces: 3, epochs: 2, skipped);
}
