using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Cli.Verbs;
using BTNet.TestSupport;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Tests;

public sealed class HelpTests(TinyPackage package) : IClassFixture<TinyPackage>
{
    [Theory]
    [InlineData("")]
    [InlineData("train")]
    [InlineData("train trunk")]
    [InlineData("train branch")]
    [InlineData("eval")]
    [InlineData("eval pairs")]
    [InlineData("eval openset")]
    [InlineData("eval survface")]
    [InlineData("eval tinyface")]
    [InlineData("eval scface")]
    [InlineData("eval ijbc")]
    [InlineData("report")]
    [InlineData("embed")]
    [InlineData("compare")]
    [InlineData("import")]
    [InlineData("info")]
    [InlineData("demo")]
    [InlineData("export")]
    [InlineData("quantize")]
    [InlineData("gallery copy")]
    [InlineData("extend")]
    [InlineData("distil")]
    public void Help_ends_with_an_example_of_the_verb(string verb)
    {
        var ended = Btnet.Run([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Expect(0);
        var examples = ended.Output[ended.Output.IndexOf("\nExample", StringComparison.Ordinal)..];
        Assert.Contains($"  btnet {verb}".TrimEnd(), examples, StringComparison.Ordinal);
        Assert.Contains($"Usage:\n  btnet {verb}".TrimEnd(), ended.Output, StringComparison.Ordinal);
        Assert.Empty(ended.Errors);
    }

    [Fact]
    public void Every_verb_has_examples()
    {
        var root = CommandLine.Create(new Terminal(TextWriter.Null, true, TextWriter.Null, true), memoryIsKept: false);
        var commands = Below(root).ToList();
        Assert.True(commands.Count >= 7);
        Assert.All(commands, command => Assert.NotEmpty(Assert.IsType<Verb>(command).Examples));
        Assert.All(commands.Cast<Verb>().SelectMany(verb => verb.Examples), example => Assert.StartsWith("btnet ", example, StringComparison.Ordinal));
        Assert.All(commands.Cast<Verb>().SelectMany(verb => verb.Examples), example => Assert.Empty(root.Parse(example["btnet ".Length..]).Errors));
    }

    [Fact]
    public void What_examples_of_extensions_state_is_sound()
    {
        var stated = Below(CommandLine.Create(new Terminal(TextWriter.Null, true, TextWriter.Null, true), memoryIsKept: false))
            .Cast<Verb>().Where(verb => verb.Name == "extend").SelectMany(verb => verb.Examples).Where(example => example.Contains("--set ", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(stated);
        foreach (var example in stated)
        {
            var options = example[(example.IndexOf("--set ", StringComparison.Ordinal) + "--set ".Length)..].Split(' ').Select(option => option.Split('=')).ToDictionary(option => option[0], option => option[1]);
            Assert.Empty(OptionsReader.Read<ExtensionRecipe>("options", "{}", options).Faults());
        }
    }

    [Fact]
    public void The_recipe_of_every_example_is_read_with_what_the_example_says_over_it()
    {
        using var folder = new TemporaryFolder();
        // A branch needs its trunk before anything else.
        Directory.CreateDirectory(folder.File("model"));
        File.WriteAllText(Path.Combine(folder.File("model"), "trunk.safetensors"), "");
        var (nowhere, identities) = (folder.File("nowhere"), folder.WriteText("train.txt", "somebody\n"));
        var examples = Below(CommandLine.Create(new Terminal(TextWriter.Null, true, TextWriter.Null, true), memoryIsKept: false))
            .Cast<Verb>().SelectMany(verb => verb.Examples).Where(example => example.Contains("--recipe", StringComparison.Ordinal)).ToList();
        Assert.True(examples.Count >= 3);
        foreach (var example in examples)
        {
            // With the recipe of this checkout, and no faces: what stops it is then the first thing after the recipe.
            var ended = Btnet.Run([.. example.Split(' ').Skip(1).Select(word => word switch
            {
                "faces" => nowhere,
                "train.txt" => identities,
                "recogniser.onnx" => Path.Combine(package.Path, "r112.onnx"),
                "model" => folder.File(example.Contains("train trunk", StringComparison.Ordinal) ? "new model" : "model"),
                _ when word.StartsWith("recipes/", StringComparison.Ordinal) => Path.Combine(Repository.Root, word),
                _ => word
            })]);
            Assert.True(ended.ExitCode == 2 && ended.Errors.StartsWith(nowhere, StringComparison.Ordinal), $"{example}\n{ended.Errors}");
        }
    }

    [Fact]
    public void Every_option_is_described()
    {
        var root = CommandLine.Create(new Terminal(TextWriter.Null, true, TextWriter.Null, true), memoryIsKept: false);
        Assert.All(Below(root).SelectMany(command => command.Options), option => Assert.False(string.IsNullOrEmpty(option.Description), option.Name));
    }

    [Fact]
    public void Help_says_what_paths_are_relative_to() =>
        Assert.Contains("relative to the current directory", Btnet.Run("train", "trunk", "--help").Expect(0).Output, StringComparison.Ordinal);

    [Fact]
    public void Version_is_a_line_on_standard_output() => Assert.Matches(@"^\d+\.\d+\.\d+\S*\r?\n$", Btnet.Run("--version").Expect(0).Output);

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(inner => Below(inner).Prepend(inner));
}
