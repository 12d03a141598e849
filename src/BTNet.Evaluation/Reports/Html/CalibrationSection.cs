using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What a model's calibration came to in open-set searches.</summary>
public sealed class CalibrationSection : ReportSection
{
    private readonly CalibratedOpenSet _calibrated;
    private readonly OpenSetReport _report;

    /// <param name="calibrated">What it came to.</param>
    /// <param name="report">The searches that it was applied to.</param>
    /// <exception cref="ArgumentException">There are no rates.</exception>
    public CalibrationSection(CalibratedOpenSet calibrated, OpenSetReport report)
    {
        ArgumentNullException.ThrowIfNull(calibrated);
        ArgumentNullException.ThrowIfNull(report);
        if (calibrated.Rates.Count == 0) throw new ArgumentException("needs rates", nameof(calibrated));
        (_calibrated, _report) = (calibrated, report);
    }

    /// <inheritdoc />
    public override string Title => "False alarms asked for and obtained";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id)
    {
        yield return new Element("p", $"The model's calibration, which was made on other people, gives a threshold for each rate of false alarms. Here it is put to the test, with {_report.Enrolled} people enrolled. A mark on the dotted line is just what was asked for; a bar that crosses it does not contradict that.").Class("lead");
        yield return FalseAlarmFigure.Legend;
        yield return new Element("p", $"Bars are 95 % intervals, of thresholds of their own over the people of the lists and of the calibration, of the one threshold over those of the lists. Grey: so wide that with 95 % all {_calibrated.Rates.Count} of them hold at once. Hollow marks stand a little to the right of the rate that they are of.").Class("note");
        yield return Figure.Grid("small", Figures(id, over: false));
        foreach (var part in HtmlTable.Of(CalibratedOpenSetTable.Of(_calibrated, _report))) yield return part;
        if (CalibratedOpenSetTable.OverGalleries(_calibrated, _report) is { } table)
        {
            yield return new Element("h3", "Over all galleries that could be drawn");
            yield return Figure.Grid("small", Figures(id, over: true));
            foreach (var part in HtmlTable.Of(table)) yield return part;
        }

        if (CalibratedOpenSetTable.OfQuality(_calibrated) is not { } quality) yield break;
        yield return new Element("h3", "Does quality know which searches fail?");
        foreach (var part in HtmlTable.Of(quality)) yield return part;
    }

    private IEnumerable<Element> Figures(string id, bool over) => _calibrated.Rates.Where(rate => !over || rate is { OverGalleries: not null, OverGalleriesAtGlobal: not null }).GroupBy(rate => rate.Probes)
        .Select(rates => FalseAlarmFigure.Draw($"{id}-{(over ? "all" : "one")}{rates.Key}", [.. rates], over));
}
