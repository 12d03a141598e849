using System.Xml;
using System.Xml.Linq;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Latency;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports.Html;
using BTNet.Evaluation.Tests.Protocols.OpenSet;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Reports.Html;

/// <summary>A page of real runs over rendered patterns.</summary>
internal static class SamplePage
{
    private static readonly Lazy<(OpenSetLists Lists, IReadOnlyList<OpenSetReport> Reports)> Searched = new(() =>
    {
        var lists = RenderedPeople.Lists(enrolled: 14, strangers: 110);
        return (lists, OpenSetProtocol.Run(new PixelEmbedder(), lists, new OpenSetOptions { Probes = [Resolution.Full, Resolution.Of(14), Resolution.Of(7)] }, [SmallFaceWay.UpSample, SmallFaceWay.Branch]));
    });

    public static IReadOnlyList<PairReport> Pairs => [SampleReports.UpSampled, SampleReports.Branches];

    public static IReadOnlyList<OpenSetReport> OpenSet => Searched.Value.Reports;

    /// <summary>What a calibration came to in the second of these reports.</summary>
    public static CalibratedOpenSet Calibrated { get; } = new([.. new[] { 112, 14, 7 }.SelectMany(side => CalibratedOpenSet.Asked.Select(asked => Rate(side, asked)))], []);

    public static OpenSetLists Lists => Searched.Value.Lists;

    public static IReadOnlyList<PathCost> Costs { get; } = [new(Resolution.Full, 250_922_880, 1_094_528), new(Resolution.Of(14), 148_977_792, 194_048), new(Resolution.Of(7), 48_387_456, 800_768)];

    public static LatencyReport Latency { get; } = new("pixels", new LatencyOptions(),
        [.. Costs.Select((cost, i) => new LatencyResult(cost.Resolution, TimeSpan.FromMilliseconds(12.25 / (i + 1)), TimeSpan.FromMilliseconds(11.0 / (i + 1)), TimeSpan.FromMilliseconds(14.0 / (i + 1)), 87 * (i + 1)))]);

    public static ReportPage Page(PairSet? faces = null, OpenSetLists? people = null, string said = "it says nothing") => new(
        "Recognition by resolution", "A model, measured.",
        [
            new PairSection(Pairs, "rendered patterns of other people", faces), new OpenSetSection(OpenSet, people), new CalibrationSection(Calibrated, OpenSet[1]), new CostSection([Worth.Of(Pairs), Worth.Of(OpenSet)], Costs, Latency),
            new MadeBySection([new FactGroup("Model", [("what it is", "pixels"), ("fingerprint", "0123456789abcdef")]), new FactGroup("Command", [("line", said)]), new FactGroup("Nothing", [])])
        ]);

    private static CalibratedRate Rate(int side, double asked)
    {
        FixedThreshold At(double times) => new(0.4, new ObtainedRate(times * asked, 110), new ObtainedRate(0.6, 14));
        return new CalibratedRate(Resolution.Of(side), asked, new CalibratedThreshold(0.4, 0.38, 0.42, null), new StrangerProbability(asked, 0.7 * asked, 1.3 * asked, IsAtMost: false), At(1.2), At(side == 7 ? 5 : 1.5))
        {
            Among = 9, OverGalleries = new RateOverGalleries(0.4, new ObtainedRate(0.9 * asked, 200)), OverGalleriesAtGlobal = new RateOverGalleries(0.4, new ObtainedRate(2 * asked, 200))
        };
    }

    /// <summary>The page as the XML that it is as well, its doctype left out.</summary>
    public static XDocument Parse(string page)
    {
        using var reader = XmlReader.Create(new StringReader(page), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    /// <summary>Elements of a name that have a class.</summary>
    public static IEnumerable<XElement> WithClass(this XContainer within, string name, string style) =>
        within.Descendants(name).Where(element => ((string?)element.Attribute("class"))?.Split(' ').Contains(style) == true);
}
