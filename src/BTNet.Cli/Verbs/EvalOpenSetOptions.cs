using System.CommandLine;
using BTNet.Cli.Output;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Faces;
using BTNet.Matching;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary>What measuring open-set search takes, for <c>btnet eval openset</c> and <c>btnet report</c>.</summary>
/// <param name="common">The options of every verb that measures.</param>
/// <param name="required">Whether the lists must be named.</param>
internal sealed class EvalOpenSetOptions(EvalOptions common, bool required)
{
    private readonly Option<string?> _resolutions = new("--resolutions") { Description = "At what sizes the faces are seen that are searched for; by default 112, 28, 14 and 7, where there is a branch for them", HelpName = "112,28,..." };

    /// <summary>At what size enrolled faces are seen.</summary>
    public Option<string> GalleryResolution { get; } = new("--gallery-resolution") { Description = "At what size enrolled faces are seen; with --enrolled-faces at which ones", HelpName = "R", DefaultValueFactory = _ => Resolution.Full.ToString() };

    public EvalOptions Common { get; } = common;

    public Option<string> Gallery { get; } = List("--gallery", "enrolled faces", required);

    public Option<string> Mated { get; } = List("--mated", "searches for people who are enrolled", required);

    public Option<string> Unmated { get; } = List("--unmated", "searches for strangers", required);

    /// <summary>Whether the package's own calibration is put to the test.</summary>
    public Option<bool> Calibrated { get; } = new("--calibrated")
    {
        Description = "Say what thresholds from the package's calibration (`btnet calibrate`) come to at 10, 3 and 1 % of strangers returned, which of these rates hold by themselves and all together, what one threshold for all sizes does instead, both also over all galleries that could be drawn of the lists, and whether quality knows which searches fail"
    };

    public Option<string?> Plots { get; } = new("--plots") { Description = "Write curves of true against false positive identification rate as PNG", HelpName = "DIR" };

    /// <summary>The lists, and at what size enrolled faces are seen.</summary>
    public IReadOnlyList<Option> Own => [Gallery, Mated, Unmated, GalleryResolution];

    public void AddTo(Command command)
    {
        Common.AddTo(command, [.. Own, _resolutions, Common.Root]);
        command.Add(Calibrated);
        command.Add(Plots);
    }

    /// <summary>The sizes that the command line names; by default the usual ones that the network has ways in for.</summary>
    /// <exception cref="InputException">They cannot be read.</exception>
    public IReadOnlyList<Resolution> Probes(ParseResult parsed, IEmbedder embedder) => parsed.GetValue(_resolutions) is { } text
        ? ReadLevels(text)
        : [.. new OpenSetOptions().Probes.Where(side => !Common.Ways(parsed, embedder).Contains(SmallFaceWay.Branch) || embedder.Resolutions.Contains(side))];

    /// <summary>The files that the command line names.</summary>
    public IReadOnlyList<string> Files(ParseResult parsed) => [parsed.GetRequiredValue(Gallery), parsed.GetRequiredValue(Mated), parsed.GetRequiredValue(Unmated)];

    /// <summary>Reads <c>112,28,14</c>; what occurs twice counts once.</summary>
    /// <exception cref="InputException">One of them is no level of the pyramid.</exception>
    public static IReadOnlyList<Resolution> ReadLevels(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Resolution.Parse).Distinct()];

    /// <summary>Measures a network on the lists that the command line names.</summary>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="embedder">The network.</param>
    /// <param name="probes">At what sizes faces are searched for.</param>
    /// <param name="skipped">Told of what is left out.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <returns>The lists, and a report for each way of treating small faces.</returns>
    /// <exception cref="InputException">The lists cannot be read, or the network lacks what is asked for.</exception>
    public (OpenSetLists Lists, IReadOnlyList<OpenSetReport> Reports) Measure(
        Terminal terminal, ParseResult parsed, IEmbedder embedder, IReadOnlyList<Resolution> probes, SkippedItems skipped, CancellationToken cancellation)
    {
        var (files, protocol) = (Files(parsed), Protocol(parsed, probes));
        var lists = OpenSetListReader.Read(files[0], files[1], files[2], RootOf(parsed), skipped, protocol.GreatestBrokenShare);
        return (lists, ProgressDisplay.During(terminal, progress => OpenSetProtocol.Run(embedder, lists, protocol, Common.Ways(parsed, embedder), progress, skipped, cancellation)));
    }

    /// <summary>Measures a network over random trials on everybody of the lists that the command line names; otherwise as <see cref="Measure"/>.</summary>
    public IReadOnlyList<OpenSetTrialReport> MeasureTrials(
        Terminal terminal, ParseResult parsed, OpenSetTrialOptions drawing, IEmbedder embedder, IReadOnlyList<Resolution> probes, SkippedItems skipped, CancellationToken cancellation)
    {
        var (files, protocol) = (Files(parsed), Protocol(parsed, probes));
        var pool = OpenSetListReader.ReadPool(files[0], files[1], files[2], RootOf(parsed), skipped, protocol.GreatestBrokenShare);
        return ProgressDisplay.During(terminal, progress => OpenSetTrialProtocol.Run(embedder, pool, protocol, drawing, Common.Ways(parsed, embedder), progress, skipped, cancellation));
    }

    /// <summary>Measures ways to fuse the faces of enrolled people; otherwise as <see cref="MeasureTrials"/>.</summary>
    public OpenSetTemplateReport MeasureTemplates(
        Terminal terminal, ParseResult parsed, OpenSetTemplateOptions templates, OpenSetTrialOptions drawing, IEmbedder embedder, IReadOnlyList<Resolution> probes, CalibrationTable? calibration, SkippedItems skipped,
        CancellationToken cancellation)
    {
        if (Common.Ways(parsed, embedder) is [SmallFaceWay.UpSample] && !templates.Gallery.Concat(probes).All(side => side.IsFull))
            throw new InputException("--enrolled-faces: small faces go to their branches; leave --way upsample away, take a model with branches, or --gallery-resolution 112 --resolutions 112");
        var (files, protocol) = (Files(parsed), Protocol(parsed, probes, templates.Gallery[0]));
        var pool = OpenSetListReader.ReadPool(files[0], files[1], files[2], RootOf(parsed), skipped, protocol.GreatestBrokenShare);
        return ProgressDisplay.During(terminal, progress => OpenSetTemplateProtocol.Run(embedder, pool, protocol, templates, drawing, calibration, progress, skipped, cancellation));
    }

    private OpenSetOptions Protocol(ParseResult parsed, IReadOnlyList<Resolution> probes, Resolution? gallery = null) => new()
    {
        Gallery = gallery ?? Resolution.Parse(parsed.GetRequiredValue(GalleryResolution)), Probes = probes, Reduction = Common.Reduction(parsed), Enlarging = Common.Enlarging(parsed), FlipAveraging = Common.Flip(parsed),
        GreatestBrokenShare = Common.BrokenShare(parsed), OverGalleries = parsed.GetValue(Calibrated)
    };

    private string RootOf(ParseResult parsed) => parsed.GetValue(Common.Root) ?? Path.GetDirectoryName(Path.GetFullPath(Files(parsed)[0]))!;

    /// <summary>The calibration that is to be tested; null where none is.</summary>
    /// <exception cref="InputException">The model has none, or is asked for otherwise than it was calibrated.</exception>
    /// <param name="parsed">The command line.</param>
    /// <param name="isUseful">Whether it is taken too where nobody asks for it and there is one.</param>
    public CalibrationTable? Calibration(ParseResult parsed, bool isUseful = false)
    {
        if (!parsed.GetValue(Calibrated))
        {
            var folder = parsed.GetRequiredValue(Common.Model);
            return isUseful && !parsed.GetValue(Common.Int8) && !Common.Flip(parsed) && ModelPackage.IsPackage(folder) && ModelPackage.Open(folder, verify: false).Manifest.Calibration is not null ? PackageCalibration.Read(folder) : null;
        }

        if (parsed.GetValue(Common.Int8) || Common.Flip(parsed)) throw new InputException("--calibrated: calibrations are of networks in single precision and of faces as they are; leave --int8 and --flip away");
        return PackageCalibration.Read(parsed.GetRequiredValue(Common.Model));
    }

    private static Option<string> List(string name, string what, bool required) =>
        new(name) { Description = $"List of {what}: a line of path, or path TAB person, a face; without the person it is the folder that the path begins with", HelpName = "FILE", Required = required };
}
