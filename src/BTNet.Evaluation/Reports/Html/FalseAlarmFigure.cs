using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>Rates of false alarms asked for, against those obtained with their intervals.</summary>
internal static class FalseAlarmFigure
{
    // A mark beside another of the same rate asked for.
    private const double Beside = 1.13;

    private static readonly PlotAxis Asked = new("FPIR asked for, %", 0.006, 0.17, true, [new(0.01, "1"), new(0.03, "3"), new(0.1, "10")]);

    private static readonly PlotAxis Obtained = new("FPIR obtained, %", 0.001, 0.4, true, [new(0.001, "0.1"), new(0.003, "0.3"), new(0.01, "1"), new(0.03, "3"), new(0.1, "10"), new(0.3, "30")]);

    /// <summary>What is what in these figures.</summary>
    public static Element Legend => Figure.Legend([("threshold of its own", new SeriesStyle(Resolution.Full)), ("one threshold for all resolutions, that for 112x112", new SeriesStyle(Resolution.Full, 1))]);

    /// <summary>A figure of one resolution.</summary>
    /// <param name="id">Tells it from every other of the page.</param>
    /// <param name="rates">Of that resolution.</param>
    /// <param name="over">Whether rates are those over all galleries.</param>
    public static Element Draw(string id, IReadOnlyList<CalibratedRate> rates, bool over)
    {
        var (side, plot) = (rates[0].Probes, new Plot(Asked, Obtained, width: 300, height: 280));
        plot.Add(new Element("path").Class("chance").With("d", plot.Path([(Asked.From, Asked.From), (Asked.To, Asked.To)])));
        foreach (var rate in rates)
        {
            var own = over ? rate.OverGalleries!.Strangers : rate.Obtained.Strangers;
            var global = over ? rate.OverGalleriesAtGlobal!.Strangers : rate.AtGlobal.Strangers;
            Bar(rate.Asked, over ? rate.OverGalleriesIntervalTogether!.Value : rate.IntervalTogether, "joining");
            Bar(rate.Asked, over ? rate.OverGalleriesInterval!.Value : rate.Interval, $"error {new SeriesStyle(side).Class}");
            plot.Add(new SeriesStyle(side).Mark(plot.X(rate.Asked), plot.Y(own.Share)));
            // At 112 pixels it is the same threshold.
            if (side == Resolution.Full) continue;
            Bar(rate.Asked * Beside, global.Interval(), $"error {new SeriesStyle(side).Class}");
            plot.Add(new SeriesStyle(side, 1).Mark(plot.X(rate.Asked * Beside), plot.Y(global.Share)));
        }

        var description = string.Join("; ", rates.Select(rate => $"{ReportText.Percent(rate.Asked)} % asked for, {ReportText.Percent(over ? rate.OverGalleries!.Fpir : rate.Obtained.Fpir)} % obtained ({ReportText.Range(over ? rate.OverGalleriesInterval!.Value : rate.Interval)})"));
        return Figure.Of($"searched for at {side}", plot.Draw(id, $"False alarms asked for and obtained, searched for at {side}", $"{description}."));

        void Bar(double asked, ConfidenceInterval interval, string classes) => plot.Add(Plot.Rule(plot.X(asked), plot.Y(interval.Low), plot.X(asked), plot.Y(interval.High), classes));
    }
}
