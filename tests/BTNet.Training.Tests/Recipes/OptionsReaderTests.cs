using BTNet.TestSupport;
using BTNet.Training.Branches;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;

namespace BTNet.Training.Tests.Recipes;

public sealed class OptionsReaderTests
{
    [Fact]
    public void An_empty_recipe_is_the_defaults()
    {
        var recipe = OptionsReader.Read<TrunkRecipe>("r", "{}");

        Assert.Equal(25, recipe.Optimization.Epochs);
        Assert.Equal("iresnet50", recipe.Backbone.Name);
        Assert.Equal([112, 56, 28, 14, 7], recipe.Resolutions);
        Assert.Equal(MarginKind.CurricularFace, recipe.Margin.Kind);
    }

    [Fact]
    public void What_is_stated_changes_and_the_rest_stays()
    {
        var recipe = OptionsReader.Read<TrunkRecipe>("r", """
            {
              // a comment
              "backbone": { "name": "mobilefacenet", "width": 8 },
              "resolutions": [112, 7],
              "margin": { "kind": "cosFace", "margin": 0.35, /* another */ },
              "data": { "path": "faces" },
              "run": { "seed": 18446744073709551615, "validationPairs": ["a.txt"] },
            }
            """);

        Assert.Equal(("mobilefacenet", 8, 512), (recipe.Backbone.Name, recipe.Backbone.Width, recipe.Backbone.EmbeddingSize));
        Assert.Equal([112, 7], recipe.Resolutions);
        Assert.Equal((MarginKind.CosFace, 0.35, 64.0), (recipe.Margin.Kind, recipe.Margin.Margin, recipe.Margin.Scale));
        Assert.Equal(("faces", 1), (recipe.Data.Path, recipe.Data.MinimumImages));
        Assert.Equal(ulong.MaxValue, recipe.Run.Seed);
        Assert.Equal(["a.txt"], recipe.Run.ValidationPairs);
    }

    [Fact]
    public void Defaults_that_an_owner_sets_in_a_group_survive_a_change_to_another_value_of_it()
    {
        var recipe = OptionsReader.Read<BranchRecipe>("r", """{ "optimization": { "batch": 16 } }""");

        Assert.Equal((10, 16, 0.005, 0.0), (recipe.Optimization.Epochs, recipe.Optimization.Batch, recipe.Optimization.LearningRate, recipe.Optimization.WarmUpEpochs));
        Assert.Equal(10, new BranchRecipe().Optimization.Epochs);
        Assert.Equal(128, new BranchRecipe().Optimization.Batch);
    }

    [Fact]
    public void Words_are_read_in_any_case()
    {
        var recipe = OptionsReader.Read<BranchRecipe>("r", """{ "norms": "SHARED", "classification": "freshHead", "distillation": "Cosine" }""");

        Assert.Equal((NormPolicy.Shared, BranchClassification.FreshHead, DistillationForm.Cosine), (recipe.Norms, recipe.Classification, recipe.Distillation));
    }

    [Theory]
    [InlineData("""{ "optimisation": {} }""", "optimisation: no such option (did you mean optimization?)")]
    [InlineData("""{ "optimization": { "epoch": 3 } }""", "optimization.epoch: no such option (did you mean epochs?)")]
    [InlineData("""{ "Margin": {} }""", "Margin: no such option (did you mean margin?)")]
    [InlineData("""{ "zzzzzzzzzz": 1 }""", "zzzzzzzzzz: no such option; known here: backbone, startFrom, data,")]
    public void An_unknown_key_is_refused_with_the_nearest_one(string json, string expected)
        => Assert.Contains(expected, Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>("r", json)).Message);

    [Theory]
    [InlineData("""{ "optimization": { "epochs": "ten" } }""", "optimization.epochs: \"ten\" is not a whole number")]
    [InlineData("""{ "optimization": { "epochs": 2.5 } }""", "optimization.epochs: 2.5 is not a whole number")]
    [InlineData("""{ "optimization": { "epochs": 99999999999 } }""", "is not a whole number")]
    [InlineData("""{ "optimization": { "epochs": null } }""", "optimization.epochs: null is not a whole number")]
    [InlineData("""{ "optimization": { "epochs": {} } }""", "optimization.epochs: {} is not a whole number")]
    [InlineData("""{ "optimization": { "epochs": [1] } }""", "is not a whole number")]
    [InlineData("""{ "optimization": 5 }""", "optimization: 5 is not a group { ... }")]
    [InlineData("""{ "optimization": [] }""", "optimization: [] is not a group { ... }")]
    [InlineData("""{ "optimization": null }""", "optimization: null is not a group { ... }")]
    [InlineData("""{ "resolutions": {} }""", "resolutions: {} is not a list [ ... ]")]
    [InlineData("""{ "resolutions": 14 }""", "resolutions: 14 is not a list [ ... ]")]
    [InlineData("""{ "resolutions": [14, "x"] }""", "is not a list [ ... ]")]
    [InlineData("""{ "run": { "validationPairs": ["a", null] } }""", "is not a list [ ... ]")]
    [InlineData("""{ "augmentation": { "flip": "yes" } }""", "augmentation.flip: \"yes\" is not true or false")]
    [InlineData("""{ "margin": { "kind": "face" } }""", "margin.kind: \"face\" is not one of curricularFace, arcFace, cosFace, adaFace")]
    [InlineData("""{ "margin": { "kind": 1 } }""", "margin.kind: 1 is not one of")]
    [InlineData("""{ "margin": { "kind": {} } }""", "margin.kind: {} is not one of")]
    [InlineData("""{ "margin": { "margin": "wide" } }""", "margin.margin: \"wide\" is not a number")]
    [InlineData("""{ "backbone": { "name": null } }""", "backbone.name: null is not a text in quotes")]
    [InlineData("""{ "backbone": { "name": 50 } }""", "backbone.name: 50 is not a text in quotes")]
    [InlineData("""{ "run": { "seed": -1 } }""", "run.seed: -1 is not a whole number")]
    public void A_value_of_the_wrong_kind_is_refused_with_the_kind_expected(string json, string expected)
        => Assert.Contains(expected, Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>("r", json)).Message);

    [Fact]
    public void Nothing_may_be_stated_where_nothing_is_a_value()
    {
        var recipe = OptionsReader.Read<TrunkRecipe>("r", """{ "margin": { "margin": null }, "data": { "path": null } }""");

        Assert.Null(recipe.Margin.Margin);
        Assert.Null(recipe.Data.Path);
    }

    [Fact]
    public void All_faults_are_told_at_once_wherever_they_are()
    {
        var e = Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>("my.json", """
            {
              "backbone": { "width": 1 },
              "resolutions": [112, 13],
              "optimization": { "epochs": "ten", "learningRate": -1, "warmUp": 1 },
              "margin": { "scale": 0, "kind": "x" },
              "sampling": 3,
            }
            """));

        Assert.Contains("my.json: 8 faults", e.Message);
        string[] keys = ["backbone", "resolutions", "optimization.epochs", "optimization.learningRate", "optimization.warmUp", "margin.scale", "margin.kind", "sampling"];
        Assert.All(keys, key => Assert.Single(e.Faults, fault => fault.StartsWith($"{key}: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_value_that_could_not_be_read_is_not_judged_by_its_default_as_well()
    {
        // 30 epochs of warm-up may well fit the epochs that were meant.
        var e = Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>("r", """{ "optimization": { "epochs": "forty", "warmUpEpochs": 30 } }"""));

        Assert.Single(e.Faults);
    }

    [Theory]
    [InlineData("""{ "optimization": { "batch": 1 } }""", "optimization.batch: 1 is less than 2")]
    [InlineData("""{ "optimization": { "warmUpEpochs": 25 } }""", "optimization.warmUpEpochs: 25")]
    [InlineData("""{ "margin": { "sampleRate": 0 } }""", "margin.sampleRate: 0")]
    [InlineData("""{ "data": { "kind": "list" } }""", "data.list: a set of kind list needs the list file")]
    [InlineData("""{ "run": { "saveEvery": 0 } }""", "run.saveEvery: 0")]
    [InlineData("""{ "resolutions": [] }""", "resolutions: the list is empty")]
    [InlineData("""{ "augmentation": { "shiftPixels": 100 } }""", "augmentation: ")]
    public void A_value_out_of_range_is_refused_by_key(string json, string expected)
        => Assert.Contains(expected, Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>("r", json)).Message);

    [Fact]
    public void Nothing_to_learn_from_is_refused()
        => Assert.Contains("nothing to learn from", Assert.Throws<InputException>(() => OptionsReader.Read<BranchRecipe>(
            "r", """{ "featureWeight": 0, "embeddingWeight": 0, "classification": "distillationOnly" }""")).Message);

    [Fact]
    public void Overrides_by_dotted_key_win()
    {
        var recipe = OptionsReader.Read<TrunkRecipe>("r", """{ "optimization": { "epochs": 3 }, "margin": null }""", new Dictionary<string, string>
        {
            ["optimization.epochs"] = "7", ["optimization.learningRate"] = "1e-3", ["resolutions"] = "[112, 14]", ["margin.kind"] = "arcFace",
            ["data.path"] = "/faces/of people", ["run.validationPairs"] = """["p.txt"]"""
        });

        Assert.Equal((7, 1e-3), (recipe.Optimization.Epochs, recipe.Optimization.LearningRate));
        Assert.Equal([112, 14], recipe.Resolutions);
        Assert.Equal(MarginKind.ArcFace, recipe.Margin.Kind);
        Assert.Equal("/faces/of people", recipe.Data.Path);
        Assert.Equal(["p.txt"], recipe.Run.ValidationPairs);
    }

    [Fact]
    public void What_happens_to_a_branchs_faces_is_a_group_within_augmentation()
    {
        var recipe = OptionsReader.Read<BranchRecipe>(
            "r", """{ "augmentation": { "rotationDegrees": 8, "reduction": { "smallestShare": 0.57, "smoothKernels": true } } }""",
            new Dictionary<string, string> { ["augmentation.reduction.jpegLowest"] = "20", ["augmentation.greyShare"] = "0.1" });

        Assert.Equal((8, 0.1), (recipe.Augmentation.RotationDegrees, recipe.Augmentation.GreyShare));
        Assert.Equal(new ReductionOptions { SmallestShare = 0.57, SmoothKernels = true, JpegLowest = 20 }, recipe.Augmentation.Reduction);
    }

    [Theory]
    [InlineData("""{ "augmentation": { "reduction": { "noise": 1 } } }""", "augmentation.reduction.noise: no such option")]
    [InlineData("""{ "augmentation": { "reduction": { "noiseLevels": 1000 } } }""", "augmentation: Reduction.NoiseLevels is 1000")]
    [InlineData("""{ "augmentation": { "reduction": 5 } }""", "augmentation.reduction: 5 is not a group")]
    public void A_faulty_option_of_that_group_is_refused_by_key(string json, string expected)
        => Assert.Contains(expected, Assert.Throws<InputException>(() => OptionsReader.Read<BranchRecipe>("r", json)).Message);

    [Fact]
    public void A_trunk_has_no_use_for_it()
        => Assert.Contains("is for branches", Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>("r", """{ "augmentation": { "reduction": { "noiseLevels": 1 } } }""")).Message);

    [Theory]
    [InlineData("2024")]
    [InlineData("true")]
    [InlineData("[faces]")]
    [InlineData("\"quoted\"")]
    public void An_override_of_a_text_is_taken_as_it_stands(string folder)
        => Assert.Equal(folder, OptionsReader.Read<TrunkRecipe>("r", "{}", new Dictionary<string, string> { ["data.path"] = folder }).Data.Path);

    [Theory]
    [InlineData("optimization.epochs.more", "1", "'epochs' is a value")]
    [InlineData("optimization.epoch", "1", "did you mean epochs?")]
    [InlineData("optimization.epochs", "many", "optimization.epochs: \"many\" is not a whole number")]
    [InlineData("", "1", "no such option")]
    public void An_override_that_fits_nothing_is_refused(string key, string value, string expected)
        => Assert.Contains(expected, Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>(
            "r", """{ "optimization": { "epochs": 3 } }""", new Dictionary<string, string> { [key] = value })).Message);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{ "run": {}, "run": {} }""")]
    [InlineData("""{ "run": { "seed": 1, "seed": 2 } }""")]
    public void What_is_no_JSON_object_is_refused_by_name(string json)
        => Assert.StartsWith("my.json", Assert.Throws<InputException>(() => OptionsReader.Read<TrunkRecipe>("my.json", json)).Message);

    [Fact]
    public void A_recipe_file_that_is_missing_is_refused_by_path()
    {
        using var folder = new TemporaryFolder();

        Assert.Contains(folder.File("none.json"), Assert.Throws<InputException>(() => OptionsReader.ReadFile<TrunkRecipe>(folder.File("none.json"))).Message);
    }

    [Fact]
    public void A_damaged_recipe_is_read_or_refused_and_nothing_else()
    {
        var valid = """{ "backbone": { "name": "iresnet18", "width": 8 }, "resolutions": [112, 7], "margin": { "kind": "cosFace", "margin": 0.35 }, "data": { "path": "x" } }"""u8.ToArray();
        var refused = 0;
        foreach (var damaged in Mutations.Of(valid, 5000, seed: 9))
        {
            try
            {
                OptionsReader.Read<TrunkRecipe>("r", System.Text.Encoding.UTF8.GetString(damaged));
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 2000, 5000);
    }
}
