using System.CommandLine;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Matching;

namespace BTNet.Cli.Verbs;

/// <summary>What <c>btnet eval ijbc</c> takes.</summary>
internal sealed class EvalIjbcOptions
{
    public EvalOptions Common { get; } = new();

    public Argument<string> Root { get; } = new("root") { Description = "Folder that holds loose_crop and meta, as InsightFace ships them" };

    public Option<string?> Plots { get; } = new("--plots") { Description = "Write ROC curves of the pairs as PNG", HelpName = "DIR" };

    private readonly Option<string?> _match = new("--match")
    {
        Description = "112x14 compares enrolled templates at 112 with probes at 14. By default 112x112, and 112xR and RxR for each R of 28, 14 and 7 that has a branch", HelpName = "112x112,112x14,..."
    };

    private readonly Option<string?> _aggregate = new("--aggregate")
    {
        Description = "112&14 makes every template of faces at 112 and of mirrored faces at 14, as the reference's script does; in quotes. No match across resolutions", HelpName = "\"112&112,112&14,...\""
    };

    private readonly Option<string> _weight = new("--weight")
    {
        Description = "How much each image of a template counts: alike, by the detector's score, by the length of its feature, by both, as InsightFace's script does, or by how useful the package's calibration finds it (`btnet calibrate`; with --way branch)", HelpName = "none|detector|norm|both|quality",
        DefaultValueFactory = _ => "none"
    };

    public EvalIjbcOptions() => _weight.AcceptOnlyFromAmong("none", "detector", "norm", "both", "quality");

    public void AddTo(Command command)
    {
        command.Add(Root);
        Common.AddAlignedTo(command, _match, _aggregate, _weight);
        command.Add(Plots);
    }

    /// <summary>The options of the protocol for a network.</summary>
    /// <exception cref="InputException">Resolutions cannot be read, or images are to count by quality and the model is not calibrated.</exception>
    public IjbcOptions For(ParseResult parsed, IEmbedder embedder, IReadOnlyList<SmallFaceWay> ways)
    {
        var weight = Enum.Parse<ImageWeight>(parsed.GetRequiredValue(_weight), ignoreCase: true);
        return new IjbcOptions
        {
            Modes = Modes(parsed.GetValue(_match), parsed.GetValue(_aggregate), embedder, ways), Enlarging = Common.Enlarging(parsed), FlipAveraging = Common.Flip(parsed),
            Weight = weight, Calibration = weight == ImageWeight.Quality ? Calibration(parsed, ways) : null, GreatestBrokenShare = Common.BrokenShare(parsed)
        };
    }

    private CalibrationTable Calibration(ParseResult parsed, IReadOnlyList<SmallFaceWay> ways)
    {
        List<string> faults = [];
        if (ways.Contains(SmallFaceWay.UpSample)) faults.Add("quality is measured of branches, and small faces are to be enlarged; leave them to their branches (--way branch)");
        if (parsed.GetValue(Common.Int8)) faults.Add("calibrations are of networks in single precision; leave --int8 away");
        if (faults.Count > 0) throw new InputException("--weight quality", faults);
        return PackageCalibration.Read(parsed.GetRequiredValue(Common.Model));
    }

    private static IReadOnlyList<IjbcMode> Modes(string? matches, string? aggregates, IEmbedder embedder, IReadOnlyList<SmallFaceWay> ways) => (matches, aggregates) switch
    {
        (null, null) => [.. IjbcMode.Usual.Where(mode => !ways.Contains(SmallFaceWay.Branch) || (embedder.Resolutions.Contains(mode.Sides.First) && embedder.Resolutions.Contains(mode.Sides.Second)))],
        _ => [.. matches is null ? [] : IjbcMode.ParseMatches(matches), .. aggregates is null ? [] : IjbcMode.ParseAggregates(aggregates)]
    };
}
