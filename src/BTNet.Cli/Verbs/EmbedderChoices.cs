using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary>What verbs take that run a model package.</summary>
internal sealed class EmbedderChoices
{
    private readonly Option<string?> _model = new("--model", "-m") { Description = "Folder of a model package, which `btnet export` and `btnet extend` write; by default the one that comes with btnet (models/README.md), for research only", HelpName = "PACKAGE" };

    private readonly Option<SizeIndicator> _indicator = new("--indicator") { Description = "Which number stands for a face's size: the longer side, the shorter, or their mean", HelpName = "max|min|average", DefaultValueFactory = _ => SizeIndicator.Max };

    private readonly Option<LadderRule> _rule = new("--rule") { Description = "Which branch a size between two goes to: the larger, the nearer or the smaller", HelpName = "ceil|near|floor", DefaultValueFactory = _ => LadderRule.Ceil };

    private readonly Option<InferenceMode> _mode = new("--mode") { Description = "How weights are held: the quickest, or shared by all resolutions in little memory", HelpName = "fast|shared|standard", DefaultValueFactory = _ => InferenceMode.Fast };

    private readonly Option<int> _threads = new("--threads") { Description = "Threads to compute with; 0 for one a core", HelpName = "N" };

    private readonly Option<bool> _int8 = new("--int8") { Description = "The networks in 8-bit integers, where the package has them" };

    public EmbedderChoices() => _threads.Validators.Add(result =>
    {
        // What is no number at all the parser tells.
        if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var threads) && threads is < 0 or > FaceEmbedderOptions.MostThreads)
            result.AddError($"--threads {token.Value}: expected 0 to {FaceEmbedderOptions.MostThreads}");
    });

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _model, _indicator, _rule, _mode, _threads, _int8 }) command.Add(option);
    }

    /// <summary>Adds the model alone, for a verb that embeds nothing.</summary>
    public void AddModelTo(Command command) => command.Add(_model);

    public FaceEmbedderOptions For(ParseResult parsed) => new()
    {
        Indicator = parsed.GetValue(_indicator), Rule = parsed.GetValue(_rule), Mode = parsed.GetValue(_mode), Threads = parsed.GetValue(_threads), Int8 = parsed.GetValue(_int8)
    };

    /// <summary>The package, or the one that comes with the program, with options.</summary>
    /// <param name="terminal">Told where none was named.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InputException">It is none, is damaged, or lacks what the options ask for.</exception>
    public FaceEmbedder Open(Terminal terminal, ParseResult parsed, FaceEmbedderOptions options)
    {
        if (parsed.GetValue(_model) is not { } folder)
        {
            terminal.Say(ShippedModel.Notice);
            return FaceEmbedder.Load(ShippedModel.Folder(), options);
        }

        if (Directory.Exists(folder) && !ModelPackage.IsPackage(folder) && File.Exists(Path.Combine(folder, "trunk.safetensors")))
            throw new InputException($"{folder} is a checkpoint of a training and no model package; `btnet export {folder} --output package` makes one of it");
        if (BareRecogniser.Advice(folder) is { } advice) throw new InputException($"{folder} {advice}");
        if (File.Exists(folder)) throw new InputException($"{folder} is a file; expected the folder of a model package, which `btnet export` writes");
        if (folder.Length == 0) throw new InputException("--model names nothing; expected the folder of a model package, which `btnet export` writes");
        return FaceEmbedder.Load(folder, options);
    }
}
