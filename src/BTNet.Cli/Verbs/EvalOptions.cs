using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Embeddings;
using BTNet.Evaluation.Caching;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Records;
using BTNet.Faces;
using BTNet.Training.Devices;

namespace BTNet.Cli.Verbs;

/// <summary>What every verb takes that measures a model: which model, how faces are seen, and where results go.</summary>
internal sealed class EvalOptions
{
    private const string ByBranch = "branch";
    private const string ByUpSampling = "upsample";
    private const string BothWays = "both";

    public Option<string> Model { get; } = new("--model", "-m") { Description = "Folder of a checkpoint, or of a model package; or a recogniser's ONNX file, with --input", HelpName = "DIR", Required = true };

    public Option<string?> Input { get; } = new("--input")
    {
        Description = "What a recogniser's ONNX file expects of a pixel p from 0 to 255: signed is (p - 127.5) / 127.5, signed128 is (p - 127.5) / 128, unit is p / 255, bytes is p as it is, imagenet is p / 255 less ImageNet's mean and by its deviation. Its planes are red, green, blue with -rgb and the other way round with -bgr",
        HelpName = string.Join('|', BareRecogniser.Inputs.Keys)
    };

    public Option<string?> Root { get; } = new("--root") { Description = "Folder that the paths in lists start from; by default the first list's", HelpName = "DIR" };

    public Option<bool> Int8 { get; } = new("--int8") { Description = "A package's networks in 8-bit integers" };

    public Option<string?> Json { get; } = new("--json") { Description = "Print JSON instead of tables, or write it to a file beside them", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _way = new("--way")
    {
        Description = "What is done with small faces: by branch, enlarged for the trunk, or both beside each other. By default both where there are branches", HelpName = $"{ByBranch}|{ByUpSampling}|{BothWays}"
    };

    private readonly Option<ResampleKernel?> _kernel = new("--kernel") { Description = "How faces are reduced; by default bilinear, antialiased", HelpName = Kernels };

    private readonly Option<ResampleKernel?> _enlarge = new("--enlarge") { Description = "How reduced faces are enlarged for the trunk; by default bilinear", HelpName = Kernels };

    private readonly Option<bool> _flip = new("--flip") { Description = "Add the embedding of the mirrored face" };

    private readonly Option<string> _device = new("--device") { Description = "auto, cpu, cuda, cuda:N or mps: where to compute", HelpName = "D", DefaultValueFactory = _ => DeviceChoice.Auto };

    private readonly Option<double> _brokenShare = new("--broken-share")
    {
        Description = "Share of images from 0 to 1 that may be missing or broken, and are then left out with what they take part in", HelpName = "SHARE",
        DefaultValueFactory = _ => 0.01, CustomParser = Share
    };

    private readonly Option<string?> _cache = new("--cache")
    {
        Description = $"Folder in which embeddings are kept, so that the same model is not asked twice about the same face; by default {EmbeddingCache.DefaultFolder}. It is personal data of those who are on the pictures, and may be deleted at any time",
        HelpName = "DIR"
    };

    private readonly Option<string?> _record = new("--record") { Description = "Add a line with what came out to a CSV file, which keeps results: docs/evaluation.md", HelpName = "FILE" };

    private readonly Option<bool> _noCache = new("--no-cache") { Description = "Keep no embeddings, and compute all" };

    public EvalOptions()
    {
        _way.AcceptOnlyFromAmong(ByBranch, ByUpSampling, BothWays);
        Input.AcceptOnlyFromAmong([.. BareRecogniser.Inputs.Keys]);
    }

    public static string Kernels => string.Join('|', Enum.GetNames<ResampleKernel>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName));

    /// <summary>How faces are reduced.</summary>
    public ResampleKernel Reduction(ParseResult parsed) => parsed.GetValue(_kernel) ?? ResampleKernel.Bilinear;

    /// <summary>How they are enlarged for the trunk.</summary>
    public ResampleKernel Enlarging(ParseResult parsed) => parsed.GetValue(_enlarge) ?? ResampleKernel.Bilinear;

    /// <summary>Whether mirrored faces are added.</summary>
    public bool Flip(ParseResult parsed) => parsed.GetValue(_flip);

    /// <summary>The share of images that may be missing or broken.</summary>
    public double BrokenShare(ParseResult parsed) => parsed.GetValue(_brokenShare);

    /// <summary>Adds the options, those of the verb between the model and how faces are seen.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own) => Add(command, [.. own, _way, _kernel]);

    /// <summary>Adds the options of a protocol that aligns its faces, once, so that no kernel is to be chosen.</summary>
    public void AddAlignedTo(Command command, params IEnumerable<Option> own) => Add(command, [.. own, _way]);

    /// <summary>Adds all of them but <see cref="Json"/>, for a verb whose result is a page.</summary>
    public void AddWithoutJsonTo(Command command, params IEnumerable<Option> own) => AddWithoutJson(command, [.. own, _way, _kernel]);

    private void Add(Command command, Option[] own)
    {
        AddWithoutJson(command, own);
        command.Add(_record);
        command.Add(Json);
    }

    private void AddWithoutJson(Command command, IEnumerable<Option> own)
    {
        foreach (var option in (Option[])[Model, Input, .. own, _enlarge, _flip, _brokenShare, _device, Int8, _cache, _noCache]) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_noCache) && result.GetValue(_cache) is not null) result.AddError("--cache and --no-cache exclude each other");
            foreach (var place in (Option<string?>[])[_cache, _record])
                if (result.GetResult(place) is { Implicit: false } && string.IsNullOrWhiteSpace(result.GetValue(place))) result.AddError($"{place.Name} names nothing; expected a path");
        });
    }

    /// <summary>Opens the model, with what it was asked before.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Told how much was known, when the model is closed.</param>
    /// <exception cref="InputException">It is none, is damaged, or is not to be had so.</exception>
    public AnyModel Open(ParseResult parsed, Terminal terminal)
    {
        var model = AnyModel.Open(parsed.GetRequiredValue(Model), parsed.GetValue(_way) == ByUpSampling, parsed.GetValue(Int8), parsed.GetValue(_device)!, parsed.GetValue(Input));
        if (!parsed.GetValue(_noCache)) model.UseCache(parsed.GetValue(_cache) ?? EmbeddingCache.DefaultFolder, terminal.Say);
        return model;
    }

    /// <summary>Looks whether all that is asked for could be written where it is to go, before hours are spent on what would be in it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="files">Options of the verb that name a file to write.</param>
    /// <param name="folder">The one that names a folder to write into; null where there is none.</param>
    /// <exception cref="InputException">A place is of another kind, lies within a file, or is no registry where one is asked for.</exception>
    public void RequirePlaces(ParseResult parsed, IEnumerable<Option<string?>> files, Option<string?>? folder)
    {
        if (parsed.GetValue(_record) is { } registry) ResultRegistry.Require(registry);
        foreach (var option in files.Append(Json))
            if (parsed.GetValue(option) is { } file) AtomicFile.Require(file);
        if (folder is not null && parsed.GetValue(folder) is { } place) AtomicFile.RequireFolder(place);
    }

    /// <summary>Gives what came out. The line of the registry, which is for good, comes first: whatever else may fail, it is kept.</summary>
    /// <param name="terminal">Told what is written.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">What was measured.</param>
    /// <param name="results">What came out.</param>
    /// <param name="plots">The option that names the folder of curves; null where there is none.</param>
    /// <exception cref="InputException">The registry is none, or something cannot be written.</exception>
    public void Give<T>(Terminal terminal, ParseResult parsed, AnyModel model, EvalResults<T> results, Option<string?>? plots = null)
    {
        if (parsed.GetValue(_record) is { } registry)
        {
            var origin = new ResultOrigin(DateTime.UtcNow, parsed.GetRequiredValue(Model), model.Fingerprint, model.Computed, MachineInfo.InShort, $"btnet {MachineInfo.ProgramVersion}", CommandText.Of(parsed));
            Written.Say(terminal, registry, path => ResultRegistry.Append(path, [.. results.Reports.Select(report => results.Row(origin, report))]));
        }

        if (PrintsJson(parsed)) terminal.Raw(results.Json());
        else foreach (var table in results.Tables()) terminal.Result(table);
        if (parsed.GetValue(Json) is { } json) Written.Say(terminal, json, path => AtomicFile.WriteText(path, results.Json()));
        if (plots is not null && parsed.GetValue(plots) is { } folder)
            foreach (var path in results.Plots!(folder)) terminal.Say($"wrote {path}");
    }

    /// <summary>Whether JSON is asked for on standard output.</summary>
    public bool PrintsJson(ParseResult parsed) => parsed.GetResult(Json) is { Implicit: false } && parsed.GetValue(Json) is null;

    /// <summary>What is done with small faces, a report each; the baseline comes first.</summary>
    public IReadOnlyList<SmallFaceWay> Ways(ParseResult parsed, IEmbedder embedder) => (parsed.GetValue(_way) ?? (embedder.Resolutions.Count > 1 ? BothWays : ByUpSampling)) switch
    {
        BothWays => [SmallFaceWay.UpSample, SmallFaceWay.Branch],
        ByBranch => [SmallFaceWay.Branch],
        _ => [SmallFaceWay.UpSample]
    };

    private static double Share(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1) return share;
        result.AddError($"--broken-share {text} is no share; expected a number from 0 to 1, such as 0.05");
        return 0;
    }
}
