using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Training.Devices;

namespace BTNet.Cli.Verbs;

/// <summary>What <c>btnet eval pairs</c> takes.</summary>
internal sealed class EvalPairsOptions
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

    public Option<string[]> Pairs { get; } = new("--pairs", "-p")
    {
        Description = "An InsightFace .bin file, or pair lists, each a fold: lines of path TAB path TAB 1 or 0", HelpName = "FILE", Required = true, AllowMultipleArgumentsPerToken = true
    };

    public Option<string?> Root { get; } = new("--root") { Description = "Folder that the paths in pair lists start from; by default the first list's", HelpName = "DIR" };

    public Option<bool> Int8 { get; } = new("--int8") { Description = "A package's networks in 8-bit integers" };

    public Option<string?> Json { get; } = new("--json") { Description = "Print JSON instead of tables, or write it to a file beside them", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };

    public Option<string?> Csv { get; } = new("--csv") { Description = "Write a line a resolution pair", HelpName = "FILE" };

    public Option<string?> Plots { get; } = new("--plots") { Description = "Write ROC curves and a map of accuracy by resolution as PNG", HelpName = "DIR" };

    private readonly Option<string?> _resolutions = new("--resolutions")
    {
        Description = "112x14 compares the first image at 112 with the second at 14. By default 112x112, and 112xR and RxR for each R of 28, 14 and 7 that has a branch", HelpName = "112x112,112x14,..."
    };

    private readonly Option<string?> _way = new("--way")
    {
        Description = "What is done with small faces: by branch, enlarged for the trunk, or both beside each other. By default both where there are branches", HelpName = $"{ByBranch}|{ByUpSampling}|{BothWays}"
    };

    private readonly Option<ResampleKernel?> _kernel = new("--kernel") { Description = "How faces are reduced; by default bilinear, antialiased", HelpName = Kernels };

    private readonly Option<ResampleKernel?> _enlarge = new("--enlarge") { Description = "How reduced faces are enlarged for the trunk; by default bilinear", HelpName = Kernels };

    private readonly Option<bool> _flip = new("--flip") { Description = "Add the embedding of the mirrored face" };

    private readonly Option<bool> _reference = new("--reference")
    {
        Description = "Compute what the paper's script does: mirrored faces added, no antialiasing, thresholds of squared distance on a grid; --kernel, --enlarge and --flip then say nothing"
    };

    private readonly Option<string> _device = new("--device") { Description = "auto, cpu, cuda, cuda:N or mps: where to compute", HelpName = "D", DefaultValueFactory = _ => DeviceChoice.Auto };

    private readonly Option<double> _brokenShare = new("--broken-share")
    {
        Description = "Share of images from 0 to 1 that may be missing or broken; their pairs are then left out", HelpName = "SHARE",
        DefaultValueFactory = _ => new PairOptions().GreatestBrokenShare, CustomParser = Share
    };

    public EvalPairsOptions()
    {
        _way.AcceptOnlyFromAmong(ByBranch, ByUpSampling, BothWays);
        Input.AcceptOnlyFromAmong([.. BareRecogniser.Inputs.Keys]);
    }

    private static string Kernels => string.Join('|', Enum.GetNames<ResampleKernel>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName));

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Model, Input, Pairs, Root, _resolutions, _way, _kernel, _enlarge, _flip, _reference, _brokenShare, _device, Int8, Json, Csv, Plots }) command.Add(option);
    }

    /// <summary>Whether JSON is asked for on standard output.</summary>
    public bool PrintsJson(ParseResult parsed) => parsed.GetResult(Json) is { Implicit: false } && parsed.GetValue(Json) is null;

    /// <summary>Where to compute.</summary>
    public string Device(ParseResult parsed) => parsed.GetValue(_device)!;

    /// <summary>Whether no branch is needed, so that those of the model may be whatever they are.</summary>
    public bool WantsTrunkOnly(ParseResult parsed) => parsed.GetValue(_way) == ByUpSampling;

    /// <summary>The options of the protocol for a network, and whether both ways are to be measured.</summary>
    /// <exception cref="InputException">The resolution pairs cannot be read.</exception>
    public (PairOptions Options, bool Both) For(ParseResult parsed, IEmbedder embedder)
    {
        var hasBranches = embedder.Resolutions.Count > 1;
        var way = parsed.GetValue(_way) ?? (hasBranches ? BothWays : ByUpSampling);
        var resolutions = parsed.GetValue(_resolutions) is { } text
            ? ResolutionPair.ParseList(text)
            : [.. ResolutionPair.Usual.Where(pair => way == ByUpSampling || (embedder.Resolutions.Contains(pair.First) && embedder.Resolutions.Contains(pair.Second)))];
        var defaults = new PairOptions();
        return (new PairOptions
        {
            Resolutions = resolutions,
            Way = way == ByUpSampling ? SmallFaceWay.UpSample : SmallFaceWay.Branch,
            Reduction = parsed.GetValue(_kernel) ?? defaults.Reduction,
            Enlarging = parsed.GetValue(_enlarge) ?? defaults.Enlarging,
            FlipAveraging = parsed.GetValue(_flip),
            ReferenceCompatible = parsed.GetValue(_reference),
            GreatestBrokenShare = parsed.GetValue(_brokenShare)
        }, way == BothWays);
    }

    private static double Share(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1) return share;
        result.AddError($"--broken-share {text} is no share; expected a number from 0 to 1, such as 0.05");
        return 0;
    }
}
