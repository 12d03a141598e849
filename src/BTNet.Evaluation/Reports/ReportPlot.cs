using ScottPlot;

namespace BTNet.Evaluation.Reports;

/// <summary>The look that all plots share: font, sizes, colours, and how they reach a file.</summary>
internal static class ReportPlot
{
    /// <summary>Pixels for each of the units that sizes are given in, so that text is sharp on dense screens and in print.</summary>
    private const double Density = 1.5;

    private static readonly Color Ink = new("#222222");

    /// <summary>Okabe and Ito's eight, told apart also by the colour-blind; yellow left out as too faint on white.</summary>
    private static readonly Color[] Palette =
        [new("#0072B2"), new("#D55E00"), new("#009E73"), new("#CC79A7"), new("#56B4E9"), new("#E69F00"), new("#000000")];

    private const int TitleWidth = 54;

    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    public static Color ColorOf(int series) => Palette[series % Palette.Length];

    /// <summary>Once the colours are used up, the dashes change.</summary>
    public static LinePattern PatternOf(int series) => Patterns[series / Palette.Length % Patterns.Length];

    public static Plot New(string title, string xLabel, string yLabel)
    {
        ReportFont.Register();
        var plot = new Plot { ScaleFactor = Density };
        plot.Title(Wrapped(title), 17);
        plot.XLabel(xLabel, 14);
        plot.YLabel(yLabel, 14);
        foreach (var label in new[] { plot.Axes.Title.Label, plot.Axes.Bottom.Label, plot.Axes.Left.Label })
        {
            label.Bold = false;
            label.FontName = ReportFont.FamilyName;
            label.ForeColor = Ink;
        }

        foreach (IAxis axis in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            axis.TickLabelStyle.FontSize = 12;
            axis.TickLabelStyle.FontName = ReportFont.FamilyName;
            axis.TickLabelStyle.ForeColor = Ink;
        }

        plot.Legend.FontName = ReportFont.FamilyName;
        plot.Legend.FontSize = 12;
        plot.Legend.SymbolWidth = 32;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = new Color("#BBBBBB");
        plot.Grid.MajorLineColor = new Color("#E3E3E3");
        return plot;
    }

    /// <summary>In lines that the narrowest of the plots has room for.</summary>
    private static string Wrapped(string title)
    {
        var lines = new List<string>();
        foreach (var word in title.Split(' '))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= TitleWidth) lines[^1] += " " + word;
            else lines.Add(word);
        }

        return string.Join('\n', lines);
    }

    /// <summary>A PNG of curves of one rate, 0 to 1, over the logarithm to base 10 of another, with the legend beside them.</summary>
    /// <param name="plot">With the curves.</param>
    /// <param name="lowest">The decade that the other rate begins with.</param>
    public static byte[] OfRates(Plot plot, int lowest)
    {
        plot.Axes.Bottom.TickGenerator = Decades(lowest);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericFixedInterval(0.1);
        plot.Axes.SetLimits(lowest, 0, 0, 1.005);
        ShowLegend(plot);
        return Png(plot, 880, 520);
    }

    /// <summary>Ticks of an axis of rates by their logarithm to base 10, from a decade up to 1.</summary>
    private static ScottPlot.TickGenerators.NumericManual Decades(int lowest)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (var decade = lowest; decade <= 0; decade++)
        {
            ticks.AddMajor(decade, decade == 0 ? "1" : $"1e{decade}");
            for (var digit = 2; digit < 10 && decade < 0; digit++) ticks.AddMinor(decade + Math.Log10(digit));
        }

        return ticks;
    }

    /// <summary>Puts the legend beside the plot, where it covers no curve.</summary>
    public static void ShowLegend(Plot plot) => plot.ShowLegend(Edge.Right);

    /// <summary>A PNG of so many units, each of <see cref="Density"/> pixels.</summary>
    public static byte[] Png(Plot plot, int width, int height) =>
        plot.GetImageBytes((int)(width * Density), (int)(height * Density), ImageFormat.Png);
}
