using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;

namespace BTNet.Cli.Verbs;

/// <summary>What both trainings take: a recipe, and flags that say more about it.</summary>
internal sealed class TrainingOptions
{
    public Option<string> Recipe { get; } = new("--recipe", "-r")
    {
        Description = "JSON file that states what differs from the defaults. Paths in it, as here, are relative to the current directory", HelpName = "FILE"
    };

    public Option<bool> Fresh { get; } = new("--fresh")
    {
        Description = "Start anew: throws the state of an unfinished training away, and replaces a finished network once the new one is done"
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the outcome as JSON on standard output" };

    private readonly Option<int?> _profile = new("--profile")
    {
        Description = "Measure where the time of a step goes, over N steps (by default 20) after a few of warm-up, print it and stop: nothing is written, neither weights nor log", HelpName = "N",
        Arity = ArgumentArity.ZeroOrOne, CustomParser = ProfiledSteps
    };

    private readonly Option<string?> _data = new("--data", "-d") { Description = "The faces: a folder with a folder of pictures for each identity, or what data.kind says (data.path)", HelpName = "FOLDER" };

    private readonly Option<string?> _identities = new("--identities") { Description = "Text file of the identities to train on, a name a line (data.identities)", HelpName = "LIST" };

    private readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the faces (optimization.epochs)", HelpName = "N" };

    private readonly Option<int?> _batch = new("--batch") { Description = "Images in a step, of each rank under mpirun (optimization.batch)", HelpName = "N" };

    private readonly Option<ulong?> _seed = new("--seed") { Description = "Where every random choice comes from (run.seed)", HelpName = "N" };

    private readonly Option<string?> _precision = new("--precision") { Description = "auto, fp32 or bf16: how precisely to compute; auto measures which is faster on this machine (run.precision)", HelpName = "P" };

    private readonly Option<string?> _device = new("--device") { Description = "auto, cpu, cuda, cuda:N or mps: where to compute; auto takes CUDA where there is any (run.device)", HelpName = "D" };

    private readonly Option<string[]> _pairs = new("--validation-pairs")
    {
        Description = "Held-out pairs to judge on: a .bin file, or pair lists, each a fold (run.validationPairs)", HelpName = "FILE", AllowMultipleArgumentsPerToken = true
    };

    private readonly Option<string?> _root = new("--validation-root") { Description = "Folder that the paths in pair lists start from (run.validationRoot)", HelpName = "DIR" };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any other option of the recipe by dotted key, such as optimization.learningRate=0.1, or data.greatestBrokenShare=0.05 to bear more broken images", HelpName = "key=value", AllowMultipleArgumentsPerToken = true
    };

    /// <param name="recipeIsRequired">Whether there are no defaults to train by.</param>
    /// <param name="dataAlias">What else the faces' option is called; null for nothing.</param>
    public TrainingOptions(bool recipeIsRequired = true, string? dataAlias = null)
    {
        Recipe.Required = recipeIsRequired;
        if (dataAlias is not null) OfAnyPictures(dataAlias);
        _set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=') < 1))
                result.AddError($"--set {token.Value} is not of the form key=value, such as optimization.epochs=5");
        });
    }

    /// <param name="command">The verb.</param>
    /// <param name="measured">Whether its steps can be measured.</param>
    public void AddTo(Command command, bool measured = true)
    {
        foreach (var option in new Option[] { Recipe, _data, _identities, _epochs, _batch, _seed, _precision, _device, _pairs, _root, _set, Fresh, _profile, Json })
            if (measured || option != _profile) command.Add(option);
    }

    /// <summary>How long to measure, where a profile is asked for; null where it is a training.</summary>
    public ProfileOptions? Profile(ParseResult parsed) =>
        parsed.GetResult(_profile) is not { Implicit: false } ? null : parsed.GetValue(_profile) is { } steps ? new ProfileOptions { Steps = steps } : new ProfileOptions();

    /// <summary>The flags given, by the recipe's dotted keys.</summary>
    public IReadOnlyDictionary<string, string> Overrides(ParseResult parsed)
    {
        Dictionary<string, string> overrides = [];
        foreach (var text in parsed.GetValue(_set) ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            overrides[text[..equals]] = text[(equals + 1)..];
        }

        void Text(string key, string? value)
        {
            if (value is not null) overrides[key] = value;
        }

        void Number(string key, IFormattable? value)
        {
            if (value is not null) overrides[key] = value.ToString(null, CultureInfo.InvariantCulture);
        }

        Text("data.path", parsed.GetValue(_data));
        Text("data.identities", parsed.GetValue(_identities));
        Number("optimization.epochs", parsed.GetValue(_epochs));
        Number("optimization.batch", parsed.GetValue(_batch));
        Number("run.seed", parsed.GetValue(_seed));
        Text("run.precision", parsed.GetValue(_precision));
        Text("run.device", parsed.GetValue(_device));
        if (parsed.GetValue(_pairs) is { Length: > 0 } pairs) overrides["run.validationPairs"] = JsonSerializer.Serialize(pairs);
        Text("run.validationRoot", parsed.GetValue(_root));
        return overrides;
    }

    /// <summary>The recipe of a training that has defaults of its own, with the flags given.</summary>
    /// <exception cref="InputException">It has faults.</exception>
    public T RecipeOf<T>(ParseResult parsed) where T : class, IChecked, new()
    {
        var overrides = Overrides(parsed);
        return parsed.GetValue(Recipe) is { } file ? OptionsReader.ReadFile<T>(file, overrides) : OptionsReader.Read<T>("the options", "{}", overrides);
    }

    /// <summary>Says what the options are where pictures are taken from anywhere below a folder, and labels do not matter.</summary>
    private void OfAnyPictures(string dataAlias)
    {
        _data.Aliases.Add(dataAlias);
        _data.Description = "The faces: a folder with pictures in it and in folders below it, or what data.kind says (data.path)";
        _identities.Description = "Text file of folders directly below it, a name a line, where not all are to be taken (data.identities)";
        _batch.Description = "Images in a step (optimization.batch)";
    }

    private static int? ProfiledSteps(ArgumentResult result)
    {
        if (result.Tokens is not [var token]) return null;
        var usual = new ProfileOptions();
        if (int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var steps) && !(usual with { Steps = steps }).Faults().Any()) return steps;
        result.AddError($"--profile {token.Value} is no number of steps; expected 1 to {ProfileOptions.MostSteps}, or none for {usual.Steps}");
        return null;
    }
}
