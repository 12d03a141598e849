using BTNet.TestSupport;

namespace BTNet.Cli.Tests;

public sealed class UsageTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("", "Required command")]
    [InlineData("sing", "sing")]
    [InlineData("train trunk", "--recipe")]
    [InlineData("train trunk --recipe r.json --output o --epochs many", "'many' for option '--epochs'; expected a whole number")]
    [InlineData("demo --seed -1", "expected a whole number")]
    [InlineData("train trunk --recipe r.json --output o --set epochs", "key=value")]
    [InlineData("train trunk --recipe r.json --output o --profile 0", "--profile 0 is no number of steps; expected 1 to 10000")]
    [InlineData("train trunk --recipe r.json --output o --profile many", "--profile many is no number of steps")]
    [InlineData("train branch --resolution 14 --recipe r.json --model m --profile 10001", "--profile 10001")]
    [InlineData("train branch --resolution 14 --recipe r.json --model m --profile -2", "-2")]
    [InlineData("eval pairs --model m --pairs p --way sideways", "sideways")]
    [InlineData("eval pairs --model m --pairs p --kernel round", "round")]
    [InlineData("eval pairs --model m --pairs p --broken-share 2", "from 0 to 1")]
    [InlineData("eval pairs --model m --pairs p --broken-share NaN", "from 0 to 1")]
    [InlineData("eval pairs --model m --pairs p --broken-share few", "from 0 to 1")]
    [InlineData("embed p --model m --out o.csv --rule bogus", "'bogus' for option '--rule'; expected ceil, floor, near")]
    [InlineData("embed p --model m --out o.csv --mode bogus", "'bogus' for option '--mode'; expected fast, shared, standard")]
    [InlineData("embed p --model m --out o.csv --threads -1", "--threads -1: expected 0 to 1024")]
    [InlineData("embed p --model m --out o.csv --threads few", "'few' for option '--threads'; expected a whole number")]
    [InlineData("info --width 8", "--backbone")]
    [InlineData("info --backbone resnet", "resnet")]
    public void A_command_line_that_cannot_be_meant_ends_with_2_and_says_what_is_wrong(string line, string said)
    {
        var ended = Btnet.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Expect(2);
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--help", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }

    [Fact]
    public void Three_mistakes_of_a_recipe_are_told_at_once_without_a_stack_trace()
    {
        var recipe = _folder.WriteText("recipe.json", """{ "optimisation": {}, "run": { "saveEvery": "often" }, "margin": { "kind": "roundFace" } }""");
        var ended = Btnet.Run("train", "trunk", "--recipe", recipe, "--data", tiny.Faces, "--output", _folder.File("model")).Expect(2);
        Assert.Contains("3 faults", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("optimisation: no such option (did you mean optimization?)", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("run.saveEvery: \"often\" is not a whole number", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("margin.kind: \"roundFace\" is not one of", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("model")));
    }

    [Fact]
    public void What_is_missing_or_cannot_be_is_said_before_the_faces_are_looked_through()
    {
        var missing = Btnet.Run(tiny.TrainBranch(_folder.File("nowhere"))).Expect(2).Errors;
        Assert.Contains("holds no trunk.safetensors", missing, StringComparison.Ordinal);
        Assert.DoesNotContain("training on", missing, StringComparison.Ordinal);
        var full = Btnet.Run([.. tiny.TrainBranch(tiny.Model).Select(word => word == "14" ? "112" : word)]).Expect(2).Errors;
        Assert.Contains("expected one of 56, 28, 14, 7", full, StringComparison.Ordinal);
        Assert.DoesNotContain("training on", full, StringComparison.Ordinal);
    }

    [Fact]
    public void A_demo_into_a_file_is_refused_as_wrong_input()
    {
        var file = _folder.WriteText("demo", "a file");
        Assert.Contains("cannot be made", Btnet.Run("demo", "--output", file).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_that_is_out_of_range_is_told_by_its_key() =>
        Assert.Contains("optimization.batch: 1 is less than 2", Btnet.Run(tiny.TrainTrunk(_folder.File("model"), "--batch", "1")).Expect(2).Errors, StringComparison.Ordinal);

    [Fact]
    public void A_recipe_that_is_missing_is_named() =>
        Assert.Contains("nowhere.json", Btnet.Run("train", "trunk", "--recipe", _folder.File("nowhere.json"), "--output", _folder.File("model")).Expect(2).Errors, StringComparison.Ordinal);

    [Fact]
    public void A_folder_of_faces_that_is_missing_is_named()
    {
        var ended = Btnet.Run("train", "trunk", "--recipe", tiny.TrunkRecipe, "--data", _folder.File("nowhere"), "--output", _folder.File("model")).Expect(2);
        Assert.Contains(_folder.File("nowhere"), ended.Errors, StringComparison.Ordinal);
        Assert.Contains("no such folder", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_without_faces_says_how_to_give_them() =>
        Assert.Contains("--data", Btnet.Run("train", "trunk", "--recipe", tiny.TrunkRecipe, "--output", _folder.File("model")).Expect(2).Errors, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
