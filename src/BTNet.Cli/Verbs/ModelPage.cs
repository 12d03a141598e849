using System.CommandLine;
using System.Globalization;
using BTNet.Cli.Output;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Protocols.Latency;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Reports.Html;

namespace BTNet.Cli.Verbs;

/// <summary>A page about a model: what protocols found, what it costs, and what made the page.</summary>
/// <param name="model">The model.</param>
/// <param name="named">As the command line names it.</param>
internal sealed class ModelPage(AnyModel model, string named)
{
    private readonly List<ReportSection> _sections = [];
    private readonly List<Worth> _worths = [];
    private readonly List<string> _measured = [];
    private readonly List<(string Name, string Value)> _data = [];

    /// <summary>Adds what was found on pairs.</summary>
    /// <param name="reports">What was found.</param>
    /// <param name="files">The lists.</param>
    /// <param name="faces">The pairs, where faces may be shown; null where not.</param>
    public void Add(IReadOnlyList<PairReport> reports, IReadOnlyList<string> files, PairSet? faces)
    {
        _sections.Add(new PairSection(reports, model.Facts.TrainedOn, faces));
        _worths.Add(Worth.Of(reports));
        _measured.Add($"{reports[0].Evaluated.Count} pairs ({reports[0].PairSet})");
        AddFiles("pairs", files);
    }

    /// <summary>Adds what open-set searches found.</summary>
    /// <param name="reports">What was found.</param>
    /// <param name="files">The lists.</param>
    /// <param name="faces">The lists as they were read, where faces may be shown; null where not.</param>
    /// <param name="calibrated">What the model's calibration came to, and in which of the reports; null where that was not asked for.</param>
    public void Add(IReadOnlyList<OpenSetReport> reports, IReadOnlyList<string> files, OpenSetLists? faces, (CalibratedOpenSet Rates, OpenSetReport Report)? calibrated = null)
    {
        _sections.Add(new OpenSetSection(reports, faces));
        if (calibrated is { } found) _sections.Add(new CalibrationSection(found.Rates, found.Report));
        _worths.Add(Worth.Of(reports));
        _measured.Add($"open-set search among {reports[0].Enrolled} people ({reports[0].Lists})");
        AddFiles("open-set list", files);
    }

    /// <summary>Adds what was found on QMUL-SurvFace.</summary>
    /// <param name="reports">What was found.</param>
    /// <param name="files">The lists.</param>
    /// <param name="faces">The data, where faces may be shown; null where not.</param>
    public void Add(IReadOnlyList<SurvFaceReport> reports, IReadOnlyList<string> files, SurvFaceSet? faces) => Add(new SurvFaceSection(reports, faces), reports[0].Set, files);

    /// <summary>Adds what was found on a closed set.</summary>
    /// <param name="reports">What was found.</param>
    /// <param name="files">The lists.</param>
    /// <param name="faces">The data, where faces may be shown; null where not.</param>
    public void Add(IReadOnlyList<ClosedSetReport> reports, IReadOnlyList<string> files, ClosedSetLists? faces) => Add(new ClosedSetSection(reports, faces), reports[0].Set, files);

    /// <summary>Adds what was found on templates.</summary>
    /// <param name="reports">What was found.</param>
    /// <param name="files">The lists.</param>
    /// <param name="faces">The set and its images, where faces may be shown; null where not.</param>
    public void Add(IReadOnlyList<IjbcReport> reports, IReadOnlyList<string> files, (IjbcSet, IIjbcFaces)? faces)
    {
        Add(new IjbcSection(reports, faces), reports[0].Set, files);
        if (Worth.Of(reports) is { } worth) _worths.Add(worth);
    }

    /// <summary>Measures latency, and writes the page, all or nothing.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Write(Terminal terminal, string path, ParseResult parsed, string? root, CancellationToken cancellation)
    {
        if (root is not null) _data.Add(("root", root));
        var latency = ProgressDisplay.During(terminal, progress => LatencyProtocol.Run(model.Bare, progress: progress, cancellation: cancellation));
        var machine = MachineInfo.WithoutTorch();
        FactGroup[] groups =
        [
            new("Model", [("named", named), ("what it is", model.Embedder.Description), .. model.Facts.Lines, ("trained on, by its own word", model.Facts.TrainedOn ?? "it does not say")]),
            new("Data", _data),
            new("Machine and versions", machine),
            new("Command", [("line", CommandText.Of(parsed)), ("in", Environment.CurrentDirectory), ("when", DateTimeOffset.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture))])
        ];
        var page = new ReportPage(
            "Face recognition by resolution",
            $"{named}, measured on {string.Join(" and on ", _measured)}.",
            [.. _sections, new CostSection(_worths, model.Facts.Costs, latency), new MadeBySection(groups)]);
        Written.Say(terminal, path, file => HtmlReport.Write(file, page));
    }

    private void Add(ReportSection section, string data, IReadOnlyList<string> files)
    {
        _sections.Add(section);
        _measured.Add(data);
        AddFiles($"{data} list", files);
    }

    private void AddFiles(string what, IReadOnlyList<string> files)
    {
        foreach (var file in files) _data.Add((what, string.Create(CultureInfo.InvariantCulture, $"{file}, {new FileInfo(file).Length} bytes, SHA-256 {FileHash.Of(file)[..16]}")));
    }
}
